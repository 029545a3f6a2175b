/**
 * A file that is dropped beside the place for it would be opened instead of the page.
 *
 * @module
 */

function refuse(event: DragEvent): void {
  // text may be dropped into fields, and a file where it has been accepted
  if (event.defaultPrevented || !event.dataTransfer?.types.includes('Files')) return
  event.preventDefault()
  event.dataTransfer.dropEffect = 'none'
}

/** From now on such a drop does nothing. */
export function refuseDrops(): void {
  addEventListener('dragover', refuse)
  addEventListener('drop', refuse)
}
