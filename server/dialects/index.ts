import { buildRoutes, type Route } from '../contract/routes.ts'
import { azure } from './azure/index.ts'
import type { Dialect } from './dialect.ts'
import { google } from './google/index.ts'
import { jobs } from './jobs/index.ts'
import { lro } from './lro/index.ts'
import { tasks } from './tasks/index.ts'

/** Each is mounted below the path of the first server in its document. */
export const dialects: readonly Dialect[] = [azure, google, jobs, lro, tasks]

/** The routes of a dialect, prepared like those of the contract. */
export function routesOf({ document, renderProblem }: Dialect): readonly Route[] {
  return buildRoutes(document, renderProblem)
}

/** The dialect that a path belongs to, also if the dialect does not have the path. */
export function dialectAt(path: string): Dialect | undefined {
  return dialects.find(({ document: { basePath } }) => path.startsWith(`${basePath}/`))
}
