import { baseUrl } from '../address.ts'

const retryMs = 2000

/**
 * Loads a page, for as long as the service does not answer. A page that still cannot be loaded when it answers is of an earlier build, whose files
 * are gone.
 */
export async function loadPage<Page>(load: () => Promise<Page>): Promise<Page> {
  for (;;) {
    try {
      return await load()
    } catch (cause) {
      if (!(await answers())) await new Promise((resolve) => setTimeout(resolve, retryMs))
      else if (await isGone(load)) throw new Error('The service was updated. Reload the console.', { cause })
    }
  }
}

/** A load that fails although the service answered before it. */
const isGone = (load: () => Promise<unknown>) =>
  load().then(
    () => false,
    () => answers(),
  )

const answers = () =>
  fetch(`${baseUrl}/healthz`).then(
    ({ ok }) => ok,
    () => false,
  )
