import type { PageProps } from '../page-props.ts'
import { ScheduleDetail } from './schedules/detail.tsx'
import { EditSchedule, NewSchedule } from './schedules/form.tsx'
import { ScheduleList } from './schedules/list.tsx'

export default function Schedules({ rest: [scheduleId, action] }: PageProps) {
  if (scheduleId === undefined) return <ScheduleList />
  if (scheduleId === 'new') return <NewSchedule />
  return action === 'edit' ? <EditSchedule scheduleId={scheduleId} /> : <ScheduleDetail scheduleId={scheduleId} />
}
