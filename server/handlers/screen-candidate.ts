import type { InputOf, ResultOf } from '../../generated/operations.ts'
import { type Context, defineOperation, defineStep, type Violation } from './define.ts'
import { type Check, type CheckName, checks, checksOf } from './screen/checks.ts'
import { type Answer, answerIn, type Verdict, withCallback } from './screen/verdict.ts'
import { type Effect, request, undo } from './vendors/vendor-call.ts'

type Input = InputOf['screenCandidate']
type Outcome = ResultOf['screenCandidate']['checks'][number]

const daySeconds = 86_400
/** How long a vendor may take to call back, and a person to decide. */
const callbackSeconds = 30 * daySeconds
const decisionSeconds = 30 * daySeconds

/** Orders a check from its vendor, which answers at once or calls back. */
function orderCheck(name: CheckName) {
  const check = checks[name]
  const { vendor } = check
  const effect: Effect = { vendor, resource: 'checks', undo: 'cancel', declined: 'CHECK_DECLINED', confidential: true }
  return defineStep('screenCandidate', {
    phase: name,
    message: () => check.message,
    async run(context, input): Promise<Answer> {
      const requestedAt = new Date().toISOString()
      const body = { ...check.data(input), package: check.package(input), callbackUrl: context.callbackUrl(vendor) }
      return answerIn(vendor, requestedAt, await request(context, effect, body))
    },
    completesPhase: ({ verdict }) => verdict !== undefined,
    undo: (context) => undo(context, effect),
  })
}

const steps = {
  checkIdentity: orderCheck('IDENTITY'),
  checkCriminalRecords: orderCheck('CRIMINAL_RECORDS'),
  checkEmployment: orderCheck('EMPLOYMENT'),
  checkEducation: orderCheck('EDUCATION'),
}

type ScreeningContext = Pick<Context<'screenCandidate'>, 'waitForCallback'>

/**
 * Orders the checks at the same time, waits for the vendors that call back, and for a person if a vendor asks for a review. Nothing that is
 * logged, shown or recorded names the candidate. docs/vendors.md describes the requests to each vendor.
 */
export const screenCandidate = defineOperation('screenCandidate', {
  steps,

  async run(context, input) {
    const names = checksOf(input)
    const answers = await context.parallel(names.map((name) => checks[name].step))
    // At the same time, so that the operation shows everything that it waits for.
    const verdicts = await Promise.all(
      answers.map((answer, index) => verdictOf(context, checks[names[index] as CheckName].vendor, answer)),
    )
    const needsReview = verdicts.some(({ verdict }) => verdict === 'REVIEW')
    const decision = needsReview
      ? await context.waitForInput('decision', { timeoutSeconds: decisionSeconds, who: 'reviewer' })
      : undefined
    const outcomes = verdicts.map(({ verdict, ...times }, index): Outcome => {
      const check = { check: names[index] as CheckName, ...times }
      if (verdict !== 'REVIEW' || !decision) return { ...check, verdict: asOutcome(verdict), decidedBy: 'VENDOR' }
      const { decision: decided, ...note } = decision
      return { ...check, verdict: decided, decidedBy: 'PERSON', ...note }
    })
    const overall: Outcome['verdict'] = outcomes.every(({ verdict }) => verdict === 'CLEAR') ? 'CLEAR' : 'ADVERSE'
    return { overall, checks: outcomes }
  },

  check: (_, input) => [...missingData(input), ...wrongDates(input)],
})

async function verdictOf(context: ScreeningContext, vendor: Check['vendor'], answer: Answer): Promise<Verdict> {
  const { verdict, completedAt } = answer
  if (verdict !== undefined && completedAt !== undefined) return { ...answer, verdict, completedAt }
  return withCallback(answer, await context.waitForCallback(vendor, { timeoutSeconds: callbackSeconds }))
}

function asOutcome(verdict: Verdict['verdict']): Outcome['verdict'] {
  return verdict === 'CLEAR' ? 'CLEAR' : 'ADVERSE'
}

/** A chosen check needs its data. The messages of violations contain no values. */
function missingData({ checks: chosen = [], employment = [], education = [] }: Input): Violation[] {
  const missing = (pointer: string, check: CheckName) => ({
    pointer,
    message: `must have an entry, because \`checks\` contains ${check}`,
  })
  return [
    ...(chosen.includes('EMPLOYMENT') && employment.length === 0 ? [missing('/employment', 'EMPLOYMENT')] : []),
    ...(chosen.includes('EDUCATION') && education.length === 0 ? [missing('/education', 'EDUCATION')] : []),
  ]
}

function wrongDates({ candidate, employment = [] }: Input): Violation[] {
  const isInFuture = Date.parse(candidate.birthDate) > Date.now()
  const reversed = employment.flatMap(({ fromDate, toDate }, index) =>
    fromDate !== undefined && toDate !== undefined && toDate < fromDate
      ? [{ pointer: `/employment/${index}/toDate`, message: 'must not be before `fromDate`' }]
      : [],
  )
  return [
    ...(isInFuture ? [{ pointer: '/candidate/birthDate', message: 'must not be in the future' }] : []),
    ...reversed,
  ]
}
