import { Component, type ComponentType, lazy, type ReactNode, Suspense, useEffect, useRef } from 'react'
import { baseUrl } from './address.ts'
import { Failure, Loading, Nothing } from './components/states.tsx'
import { useFeedState } from './live/context.tsx'
import { loadPage } from './live/page-load.ts'
import type { PageProps } from './page-props.ts'
import { href, type Route, useRoute } from './router.ts'

type Page = { title: string; page: ComponentType<PageProps>; hidden?: boolean }

const pages: Record<string, Page> = {
  overview: { title: 'Overview', page: lazy(() => loadPage(() => import('./pages/overview.tsx'))) },
  operations: { title: 'Operations', page: lazy(() => loadPage(() => import('./pages/operations.tsx'))) },
  submit: { title: 'Submit', page: lazy(() => loadPage(() => import('./pages/submit.tsx'))) },
  schedules: { title: 'Schedules', page: lazy(() => loadPage(() => import('./pages/schedules.tsx'))) },
  batches: { title: 'Batches', page: lazy(() => loadPage(() => import('./pages/batches.tsx'))) },
  webhooks: { title: 'Webhooks', page: lazy(() => loadPage(() => import('./pages/webhooks.tsx'))) },
  workers: { title: 'Workers and queues', page: lazy(() => loadPage(() => import('./pages/workers.tsx'))) },
  keys: { title: 'Keys and audit', page: lazy(() => loadPage(() => import('./pages/keys.tsx'))) },
}

export function Shell({ onSignOut }: { onSignOut: () => void }) {
  const route = useRoute()
  const [name = 'overview', ...rest] = route.path
  const found = pages[name]
  useEffect(() => {
    document.title = `${found?.title ?? 'Not found'} · Longrun`
  }, [found])
  return (
    <>
      <button type="button" className="skip" onClick={() => document.querySelector<HTMLElement>('#main')?.focus()}>
        Skip to content
      </button>
      <header className="top">
        <a className="brand" href={href('overview')}>
          Longrun
        </a>
        <nav aria-label="Pages">
          {Object.entries(pages).map(([path, { title }]) => (
            <a key={path} href={href(path)} aria-current={path === name ? 'page' : undefined}>
              {title}
            </a>
          ))}
        </nav>
        <LiveState />
        <a href={`${baseUrl}/docs`}>API</a>
        <button type="button" onClick={onSignOut}>
          Sign out
        </button>
      </header>
      <Main route={route} name={name}>
        {found ? <found.page rest={rest} query={route.query} /> : <Nothing title="There is no such page." />}
      </Main>
    </>
  )
}

/** Moves the focus to the heading of a new page, so that screen readers announce it. */
function Main({ route, name, children }: { route: Route; name: string; children: ReactNode }) {
  const main = useRef<HTMLElement>(null)
  const at = route.path.join('/')
  const before = useRef(at)
  useEffect(() => {
    if (before.current !== at) main.current?.focus()
    before.current = at
  }, [at])
  return (
    <main id="main" ref={main} tabIndex={-1}>
      <Boundary key={name}>
        <Suspense fallback={<Loading />}>{children}</Suspense>
      </Boundary>
    </main>
  )
}

class Boundary extends Component<{ children: ReactNode }, { error?: Error }> {
  override state: { error?: Error } = {}

  static getDerivedStateFromError(error: Error) {
    return { error }
  }

  override render() {
    const { error } = this.state
    return error ? (
      <Failure error={error} onRetry={() => this.setState({ error: undefined as never })} />
    ) : (
      this.props.children
    )
  }
}

const liveTexts = {
  live: 'Live',
  connecting: 'Connecting…',
  lost: 'Offline: trying to connect again',
} as const

function LiveState() {
  const state = useFeedState()
  return (
    <span className={`live ${state}`} role="status">
      {liveTexts[state]}
    </span>
  )
}
