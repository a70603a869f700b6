export type Point = [number, number, number]

type Vertex = { point: Point; value: number }

/** 0.05, 0.2, … 0.95: 343 points. */
const grid = Array.from({ length: 7 }, (_, index) => 0.05 + index * 0.15)
const mostSteps = 400
const tolerance = 1e-9

/**
 * The point of the unit cube at which `f` is least: the best point of a grid, refined by the simplex method of Nelder and Mead (1965) with
 * its usual coefficients. Points outside of the cube are moved to its surface. Takes at most about 1,200 calls, and the same ones every time.
 */
export function minimize(f: (point: Point) => number): Point {
  const vertex = (point: Point): Vertex => {
    const inside = point.map((x) => Math.min(1, Math.max(0, x))) as Point
    return { point: inside, value: f(inside) }
  }
  let best: Vertex | undefined
  for (const x of grid) {
    for (const y of grid) {
      for (const z of grid) {
        const found = vertex([x, y, z])
        if (!best || found.value < best.value) best = found
      }
    }
  }
  return nelderMead(best as Vertex, vertex).point
}

function nelderMead(start: Vertex, vertex: (point: Point) => Vertex): Vertex {
  let simplex = [start, ...[0, 1, 2].map((axis) => vertex(moved(start.point, axis)))]
  for (let step = 0; step < mostSteps; step++) {
    simplex.sort((one, other) => one.value - other.value)
    const [best, , second, worst] = simplex as [Vertex, Vertex, Vertex, Vertex]
    if (sizeOf(simplex, best) < tolerance) break
    const center = centerOf(simplex.slice(0, -1))
    const towards = (factor: number) => vertex(along(center, worst.point, factor))
    const reflected = towards(-1)
    let next = reflected
    if (reflected.value < best.value) {
      const expanded = towards(-2)
      if (expanded.value < reflected.value) next = expanded
    } else if (reflected.value >= second.value) {
      next = towards(reflected.value < worst.value ? -0.5 : 0.5)
    }
    if (next.value < worst.value) simplex[simplex.length - 1] = next
    else simplex = [best, ...simplex.slice(1).map(({ point }) => vertex(along(best.point, point, 0.5)))]
  }
  return simplex.reduce((least, other) => (other.value < least.value ? other : least))
}

/** A tenth along the axis, to the side with more room. */
function moved(point: Point, axis: number): Point {
  return point.map((x, index) => (index === axis ? x + (x > 0.5 ? -0.1 : 0.1) : x)) as Point
}

function along(from: Point, to: Point, factor: number): Point {
  return from.map((x, index) => x + factor * ((to[index] ?? 0) - x)) as Point
}

function centerOf(vertices: Vertex[]): Point {
  return [0, 1, 2].map((axis) => vertices.reduce((sum, { point }) => sum + (point[axis] ?? 0), 0) / 3) as Point
}

/** The greatest distance of a vertex from the best one, along an axis. */
function sizeOf(simplex: Vertex[], best: Vertex): number {
  return Math.max(...simplex.flatMap(({ point }) => point.map((x, axis) => Math.abs(x - (best.point[axis] ?? 0)))))
}
