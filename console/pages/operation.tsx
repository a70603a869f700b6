export default function OperationPage({ operationId }: { operationId: string }) {
  return <h1>{operationId}</h1>
}
