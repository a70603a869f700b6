import { submitPaths } from '../../../generated/submit-paths.ts'
import { href, navigate } from '../../router.ts'
import { intervalTexts, type Range, type Window, windows } from './range.ts'

const show = ({ window, interval, type }: { [Name in keyof Range]: string | undefined }) =>
  navigate(href('overview', { window, interval, type }))

export function RangeForm({ range }: { range: Range }) {
  const { window, interval, type } = range
  const types = Object.keys(submitPaths)
  // A type of another version, from a link, is not in the list of this one.
  if (type && !types.includes(type)) types.unshift(type)
  return (
    <form className="row toolbar" aria-label="Window" onSubmit={(event) => event.preventDefault()}>
      <fieldset className="row chips">
        <legend className="visually-hidden">Window</legend>
        {(Object.keys(windows) as Window[]).map((one) => (
          <button
            key={one}
            type="button"
            className="chip"
            aria-pressed={one === window}
            onClick={() => show({ window: one, interval: undefined, type })}
          >
            {windows[one].text}
          </button>
        ))}
      </fieldset>
      <label>
        Interval{' '}
        <select
          value={interval ?? ''}
          onChange={({ currentTarget }) => show({ ...range, interval: currentTarget.value })}
        >
          <option value="">automatic</option>
          {windows[window].intervals.map((one) => (
            <option key={one} value={one}>
              {intervalTexts[one]}
            </option>
          ))}
        </select>
      </label>
      <label>
        Type{' '}
        <select value={type ?? ''} onChange={({ currentTarget }) => show({ ...range, type: currentTarget.value })}>
          <option value="">all</option>
          {types.map((one) => (
            <option key={one} value={one}>
              {one}
            </option>
          ))}
        </select>
      </label>
    </form>
  )
}
