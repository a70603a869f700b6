/** The search of `/docs/guides`. The build puts the index into `searchIndex`. Without this script the page is a list. */
import { openIndex } from './search.ts'

declare const searchIndex: string

const form = document.querySelector('form')
const input = document.querySelector('input')
const list = document.querySelector<HTMLOListElement>('#found')
const status = document.querySelector('#search-status')
const shown = 10

if (form && input && list && status) {
  const find = openIndex(searchIndex)
  const show = () => {
    const found = find(input.value).slice(0, shown)
    list.replaceChildren(
      ...found.map(({ name, title, summary }) => {
        const item = document.createElement('li')
        const link = document.createElement('a')
        link.href = `${form.dataset.pages}/${name}`
        link.textContent = title
        item.append(link, document.createElement('br'), summary)
        return item
      }),
    )
    const words = input.value.trim()
    status.textContent = words === '' ? '' : found.length === 0 ? 'No page has these words.' : `${found.length} pages`
  }
  input.addEventListener('input', show)
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const first = list.querySelector('a')
    if (first) location.assign(first.href)
  })
  form.hidden = false
  // The words are restored when a reader comes back.
  show()
}
