import { distance } from 'fastest-levenshtein'
import type { RequestName, RequestPlace } from '../../contract/request-names.ts'
import { otherWords } from './other-words.ts'

/** Headers that every request, or every request with a credential, may have. */
const always = [
  { place: 'header', name: 'Authorization' },
  { place: 'header', name: 'X-Request-Id' },
] as const

const shown: Readonly<Record<string, string>> = {
  Authorization: 'Authorization: Bearer <key>',
  Prefer: 'Prefer: wait=N',
}

type Known = Pick<RequestName, 'place' | 'name'>

/**
 * What to send instead of an unknown name, as the end of a sentence: the name that is meant, if there is one. `name`: as in `RequestName`.
 */
export function rightName(name: string, place: RequestPlace, known: readonly Known[]): string {
  if (!known.some((one) => one.place === place) && place === 'query' && !meant(name, place, known)) {
    return 'is not a known query parameter; this request has none, so remove it'
  }
  const what = place === 'query' ? 'is not a known query parameter' : 'is not a known field'
  const found = meant(name, place, known)
  return `${what}; ${found ? instead(found, place) : 'remove it or check its spelling'}`
}

function instead({ place, name }: Known, from: RequestPlace): string {
  if (place === from) return `use \`${name}\``
  if (place === 'body') return `send \`${name}\` in the body`
  if (place === 'query') return `send the query parameter \`${name}\``
  if (place === 'path') return `\`${name}\` is a part of the path`
  return `send the header \`${shown[name] ?? name}\``
}

/** Longer names are not compared by their spelling. */
const maxLength = 40

function meant(name: string, place: RequestPlace, known: readonly Known[]): Known | undefined {
  if (name.length > 2 * maxLength) return undefined
  const parent = name.includes('.') ? name.slice(0, name.lastIndexOf('.') + 1) : ''
  // Nearest first: the same object, the same place, other places.
  const distance = (one: Known) =>
    one.place !== place
      ? 2
      : place !== 'body' || (one.name.startsWith(parent) && !one.name.slice(parent.length).includes('.'))
        ? 0
        : 1
  const near = known.toSorted((a, b) => distance(a) - distance(b))
  const spellings = spellingsOf(name)
  return (
    near.find((one) => spellings.includes(plain(leafOf(one.name)))) ??
    byOtherWord(spellings, [...near, ...always]) ??
    bySpelling(
      spellings[0] ?? '',
      near.filter((one) => one.place === place),
    )
  )
}

/** The last name, and for `status[]` and `filter[status]` the name in and before the brackets. */
function spellingsOf(name: string): string[] {
  const [, before = '', inside = ''] = /^([^[]*)\[(.*?)\]/.exec(name) ?? []
  return [leafOf(name), inside, before].filter((text) => text !== '').map(plain)
}

function leafOf(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1)
}

function plain(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '')
    .replace(/(?<=..)s$/, '')
}

const meanings = otherWords.map(([names, words]) => [names.split(' '), new Set(words.split(' ').map(plain))] as const)

function byOtherWord(spellings: readonly string[], known: readonly Known[]): Known | undefined {
  for (const spelling of spellings) {
    for (const [names, words] of meanings) {
      const found = words.has(spelling) ? names.map((name) => known.find((one) => one.name === name)) : []
      const first = found.find((one) => one !== undefined)
      if (first) return first
    }
  }
  return undefined
}

function bySpelling(spelling: string, known: readonly Known[]): Known | undefined {
  if (spelling.length < 4 || spelling.length > maxLength) return undefined
  const most = spelling.length < 6 ? 1 : 2
  const found = known
    .map((one) => ({ one, edits: editsBetween(spelling, plain(leafOf(one.name))) }))
    .filter(({ edits }) => edits <= most)
    .toSorted((a, b) => a.edits - b.edits)
  return found[0]?.one
}

/** Two letters that are exchanged count as one edit. */
function editsBetween(one: string, other: string): number {
  if (Math.abs(one.length - other.length) > 2) return Number.POSITIVE_INFINITY
  return sorted(one) === sorted(other) ? 1 : distance(one, other)
}

const sorted = (text: string) => text.split('').toSorted().join('')
