/** Cells that a spreadsheet may evaluate: who says so or why, the text, and the text in our CSV files. */
export const defusedCells: [string, string, string][] = [
  ...['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx', '\nx'].map(own('OWASP: first character')),
  ...['＝1+1', '＋1', '－1', '＠SUM(A1)'].map(own('OWASP: full-width first character')),
  ...['=1";=1+2', `=1'" ;,=1+2`].map(own('OWASP: with separators and quotes')).map(withInner),
  ...["=cmd|'/C calc'!A0", '=HYPERLINK("http://x")', '=DDE("cmd";"/C calc";"!A0")A0'].map(own('known attacks')),
  ...['﹢1', '﹣1', '﹦1', '﹫A1', '⁺1', '₌1', '﬩1', '−1'].map(own('compatibility forms and the minus sign')),
  // Every character of White_Space, and those without a width.
  ...Array.from(
    '\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000',
  )
    .map((space) => `${space}=1`)
    .map(own('white space in front')),
  ...Array.from(
    '\x01\x1f\x7f\xad\u034f\u061c\u115f\u180e\u200b\u200c\u200d\u200e\u202e\u2060\u2066\u2800\u3164\ufe0f\ufeff\uffa0\u{e0001}',
  )
    .map((space) => `${space}${space} =1`)
    .map(own('invisible characters in front')),
  ['quote in front', '"=1"', '\'"=1"'],
  ...['a;=1', 'a|=1', 'a\t=1', 'a\n=1', 'a\r=1', 'a;+1', 'a;-1', 'a;@1', 'a|＝1'].map(
    inside('list separators of other locales'),
  ),
  ['quote behind a separator', 'a;"=1"', 'a;\'"=1"'],
  ['white space behind a separator', 'a; \u00a0=1', "a;' \u00a0=1"],
  ['several separators', ';|=1;=2', ";|'=1;'=2"],
  ['a cell that looks defused', "'=1", "''=1"],
  ['a cell that looks defused behind a separator', "a;'=1", "a;''=1"],
].map(([source = '', cell = '', defused = '']) => [source, cell, afterBreaks(defused)])

function own(source: string) {
  return (cell: string): [string, string, string] => [source, cell, `'${cell}`]
}

function inside(source: string) {
  return (cell: string): [string, string, string] => [source, cell, cell.replace(/(?<=^a.)/s, "'")]
}

function withInner([source, cell, defused]: [string, string, string]): [string, string, string] {
  return [source, cell, defused.replace(';=', ";'=")]
}

/** A tab or a line end at the start also begins a cell. */
function afterBreaks(defused: string): string {
  return defused.replace(/(?<=^'[\t\n\r])(?==)/, "'")
}
