import MiniSearch, { type Options } from 'minisearch'
import type { Rendered } from './render.ts'

/** A page that a search found. */
export type Found = { name: string; title: string; summary: string }

type Entry = Rendered & { isGuide: boolean }

/** Words of questions, which are in every page. */
const ignored = new Set(
  'a an and are as at be by can do does for from how i if in is it its my not of on or should so that the them this to was what when which who why will with'.split(
    ' ',
  ),
)

const options: Options<Entry> = {
  idField: 'name',
  fields: ['title', 'summary', 'headings', 'text'],
  storeFields: ['name', 'title', 'summary', 'isGuide'],
  // A name such as `Retry-After` is a word, and so are its parts.
  tokenize: (text) =>
    (text.match(/[\p{L}\p{N}_]+(?:-[\p{L}\p{N}_]+)*/gu) ?? []).flatMap((word) =>
      word.includes('-') ? [word, ...word.split('-')] : [word],
    ),
  processTerm: (term) => {
    const word = term.toLowerCase()
    // Plurals find singulars.
    return ignored.has(word) ? null : word.length > 3 ? word.replace(/(?<=[^s])s$/, '') : word
  },
}

export function buildIndex(entries: readonly Entry[]): string {
  const index = new MiniSearch(options)
  index.addAll(entries)
  return JSON.stringify(index)
}

/** Returns a function that finds the pages for words or a question, best first. */
export function openIndex(index: string): (words: string) => Found[] {
  const search = MiniSearch.loadJSON(index, options)
  return (words) =>
    search
      .search(words, {
        prefix: (term) => term.length > 3,
        fuzzy: (term) => (term.length > 5 ? 0.2 : false),
        boost: { title: 4, summary: 2, headings: 3 },
        // A guide answers a question; a reference has the details.
        boostDocument: (_, __, stored) => (stored?.isGuide ? 1.5 : 1),
        // Every page is about operations.
        boostTerm: (term) => (term.startsWith('operation') ? 0.2 : 1),
      })
      .map(({ name, title, summary }) => ({ name, title, summary }))
}
