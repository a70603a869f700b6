import { useEffect, useRef, useState } from 'react'
import UPlot, { type AlignedData, type Options, type Series } from 'uplot'
import 'uplot/dist/uPlot.min.css'

/** `colour`: the name of a variable of the style sheet. */
export type PlottedSeries = { label: string; colour: string; values: readonly (number | null)[]; text?: string } & Pick<
  Series,
  'paths' | 'points' | 'fill' | 'width'
>

type Props = {
  /** What the plot shows, for screen readers. Its numbers are in a table next to it. */
  label: string
  /** Seconds since 1970. */
  times: readonly number[]
  series: readonly PlottedSeries[]
  scale?: Options['scales']
  axisText: (value: number) => string
}

const height = 220

/** A plot over time. It follows the width and the colours of the page. */
export function Plot({ label, times, series, scale, axisText }: Props) {
  const place = useRef<HTMLDivElement>(null)
  const plot = useRef<UPlot | undefined>(undefined)
  const isDark = useIsDark()
  const data = [times, ...series.map(({ values }) => values)] as unknown as AlignedData
  const latest = useRef({ data, axisText })
  latest.current = { data, axisText }
  const shape = `${isDark} ${series.map((one) => one.label).join()}`

  // A new plot for other series or colours; new data is set below.
  useEffect(() => {
    const element = place.current
    if (!element) return
    const colour = (name: string) => colourOf(element, name)
    const axis = { stroke: colour('--quiet'), grid: { stroke: colour('--line'), width: 1 }, ticks: { show: false } }
    const made = new UPlot(
      {
        width: element.clientWidth,
        height,
        legend: { show: false },
        cursor: { drag: { x: false, y: false } },
        ...(scale && { scales: scale }),
        axes: [axis, { ...axis, size: 60, values: (_, ticks) => ticks.map((tick) => latest.current.axisText(tick)) }],
        series: [
          {},
          ...series.map(({ values: _values, text: _text, colour: name, ...one }) => ({
            ...one,
            stroke: colour(name),
            ...(one.fill !== undefined && { fill: colour(name) }),
          })),
        ],
      },
      latest.current.data,
      element,
    )
    plot.current = made
    const resizing = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }))
    resizing.observe(element)
    return () => {
      resizing.disconnect()
      made.destroy()
      plot.current = undefined
    }
  }, [shape])
  const text = JSON.stringify(data)
  useEffect(() => plot.current?.setData(latest.current.data), [text])

  return (
    <>
      <div ref={place} className="plot" role="img" aria-label={label} />
      <ul className="row tags" aria-hidden="true">
        {series.map(({ label, colour }) => (
          <li key={label}>
            <span style={{ color: `var(${colour})` }}>■</span> {label}
          </li>
        ))}
      </ul>
    </>
  )
}

/** A canvas knows no variables and no `light-dark()`. */
function colourOf(element: Element, name: string): string {
  const probe = document.createElement('span')
  probe.style.color = `var(${name})`
  element.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}

function useIsDark(): boolean {
  const [isDark, setIsDark] = useState(() => matchMedia('(prefers-color-scheme: dark)').matches)
  useEffect(() => {
    const query = matchMedia('(prefers-color-scheme: dark)')
    const change = () => setIsDark(query.matches)
    query.addEventListener('change', change)
    return () => query.removeEventListener('change', change)
  }, [])
  return isDark
}
