export default function Batches() {
  return <h1>Batches</h1>
}
