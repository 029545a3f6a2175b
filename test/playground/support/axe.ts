/**
 * What axe says against a page, in few words.
 */
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright'

export async function objections(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  return violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes
        .map(node => node.html)
        .slice(0, 3)
        .join(' ')}`,
  )
}
