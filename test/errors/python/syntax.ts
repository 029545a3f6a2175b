/**
 * The part of Python's expression syntax that the cases are written in: from a text to a tree.
 *
 * Calls, attributes, subscripts and slices, keyword arguments, tuples, lists, dictionaries, numbers, strings, lambdas,
 * list comprehensions, `*` and the unary minus.
 *
 * @module
 */

/** The columns of a part of an expression: [first, one past the last]. */
export type Span = readonly [start: number, end: number]

/** One part of an expression, and where it stands. */
export type Expression = { readonly at: Span } & (
  | { readonly kind: 'number'; readonly value: number; readonly float: boolean }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'bytes'; readonly value: string }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'tuple' | 'list'; readonly items: readonly Expression[] }
  | { readonly kind: 'dictionary'; readonly entries: readonly (readonly [Expression, Expression])[] }
  | { readonly kind: 'attribute'; readonly of: Expression; readonly name: string }
  | {
      readonly kind: 'call'
      readonly callee: Expression
      readonly args: readonly Expression[]
      readonly keywords: readonly (readonly [string, Expression])[]
    }
  | { readonly kind: 'subscript'; readonly of: Expression; readonly indices: readonly Expression[] }
  | { readonly kind: 'slice'; readonly bounds: readonly (Expression | null)[] }
  | { readonly kind: 'negative'; readonly of: Expression }
  | { readonly kind: 'product'; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'lambda'; readonly parameters: readonly string[]; readonly body: Expression }
  | {
      readonly kind: 'comprehension'
      readonly element: Expression
      readonly names: readonly string[]
      readonly source: Expression
    }
)

interface Token {
  readonly type: 'number' | 'string' | 'bytes' | 'name' | 'punctuation' | 'end'
  readonly text: string
  readonly at: Span
}

const TOKEN =
  /\s*(?:(?<number>\d+\.?\d*(?:e[+-]?\d+)?|\.\d+)|(?<bytes>b"[^"]*"|b'[^']*')|(?<string>"[^"]*"|'[^']*')|(?<name>[A-Za-z_]\w*)|(?<punctuation>[()[\]{},.:=*-]))/y

function tokenize(source: string): Token[] {
  const tokens: Token[] = []
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < source.trimEnd().length) {
    const from = TOKEN.lastIndex
    const match = TOKEN.exec(source)
    if (!match) throw new SyntaxError(`${source}: cannot read on from column ${from}`)
    const [type, text] = Object.entries(match.groups!).find(([, found]) => found !== undefined)!
    const end = TOKEN.lastIndex
    tokens.push({ type: type as Token['type'], text, at: [end - text.length, end] })
  }
  tokens.push({ type: 'end', text: '', at: [source.length, source.length] })
  return tokens
}

/** The tree of one Python expression. */
export function parse(source: string): Expression {
  const tokens = tokenize(source)
  let next = 0

  const peek = (text: string) => tokens[next]!.text === text && tokens[next]!.type !== 'string'
  const take = (): Token => tokens[next++]!
  const accept = (text: string): boolean => peek(text) && next++ >= 0
  const end = () => tokens[next - 1]!.at[1]
  function expect(text: string): void {
    if (!accept(text)) throw new SyntaxError(`${source}: expected '${text}' at column ${tokens[next]!.at[0]}`)
  }

  function expression(): Expression {
    const start = tokens[next]!.at[0]
    if (!accept('lambda')) return product()
    const parameters: string[] = []
    while (!accept(':')) {
      parameters.push(take().text)
      accept(',')
    }
    const body = expression()
    return { kind: 'lambda', parameters, body, at: [start, end()] }
  }

  function product(): Expression {
    let left = unary()
    while (accept('*')) {
      const right = unary()
      left = { kind: 'product', left, right, at: [left.at[0], right.at[1]] }
    }
    return left
  }

  function unary(): Expression {
    const start = tokens[next]!.at[0]
    if (!accept('-')) return postfix(atom())
    const of = unary()
    return { kind: 'negative', of, at: [start, of.at[1]] }
  }

  function postfix(of: Expression): Expression {
    const start = of.at[0]
    for (let left = of; ; ) {
      if (accept('.')) left = { kind: 'attribute', of: left, name: take().text, at: [start, end()] }
      else if (accept('(')) left = { kind: 'call', callee: left, ...callArguments(), at: [start, end()] }
      else if (accept('[')) left = { kind: 'subscript', of: left, indices: list(']', index).items, at: [start, end()] }
      else return left
    }
  }

  function callArguments() {
    const args: Expression[] = []
    const keywords: [string, Expression][] = []
    while (!accept(')')) {
      if (tokens[next]!.type === 'name' && tokens[next + 1]!.text === '=') {
        const name = take().text
        expect('=')
        keywords.push([name, expression()])
      } else args.push(expression())
      if (!peek(')')) expect(',')
    }
    return { args, keywords }
  }

  /** An index, or `start:end:step` with any of them left out. */
  function index(): Expression {
    const start = tokens[next]!.at[0]
    const part = () => (peek(':') || peek(',') || peek(']') ? null : expression())
    const first = part()
    if (!peek(':')) return first!
    const bounds = [first]
    while (accept(':')) bounds.push(part())
    return { kind: 'slice', bounds, at: [start, end()] }
  }

  /** Items up to the closing bracket; a trailing comma makes a tuple of what would be a bracketed expression. */
  function list(close: string, item: () => Expression) {
    const items: Expression[] = []
    let trailing = false
    while (!accept(close)) {
      items.push(item())
      trailing = accept(',')
      if (!trailing && !peek(close) && !peek('for')) expect(close)
      if (peek('for')) break
    }
    return { items, trailing }
  }

  function atom(): Expression {
    const token = take()
    const [start] = token.at
    if (token.type === 'number') {
      return { kind: 'number', value: Number(token.text), float: /[.e]/.test(token.text), at: token.at }
    }
    if (token.type === 'string') return { kind: 'string', value: token.text.slice(1, -1), at: token.at }
    if (token.type === 'bytes') return { kind: 'bytes', value: token.text.slice(2, -1), at: token.at }
    if (token.type === 'name') return { kind: 'name', name: token.text, at: token.at }
    if (token.text === '(') {
      const { items, trailing } = list(')', expression)
      // Python counts the brackets round a single expression as no part of it
      if (items.length === 1 && !trailing) return items[0]!
      return { kind: 'tuple', items, at: [start, end()] }
    }
    if (token.text === '[') {
      const { items } = list(']', expression)
      return accept('for') ? comprehension(items[0]!, start) : { kind: 'list', items, at: [start, end()] }
    }
    if (token.text === '{') {
      const entries: [Expression, Expression][] = []
      while (!accept('}')) {
        const key = expression()
        expect(':')
        entries.push([key, expression()])
        accept(',')
      }
      return { kind: 'dictionary', entries, at: [start, end()] }
    }
    throw new SyntaxError(`${source}: cannot read '${token.text}' at column ${start}`)
  }

  function comprehension(element: Expression, start: number): Expression {
    const names: string[] = []
    while (!accept('in')) {
      names.push(take().text)
      accept(',')
    }
    const from = expression()
    expect(']')
    return { kind: 'comprehension', element, names, source: from, at: [start, end()] }
  }

  const tree = expression()
  if (tokens[next]!.type !== 'end')
    throw new SyntaxError(`${source}: cannot read on from column ${tokens[next]!.at[0]}`)
  return tree
}
