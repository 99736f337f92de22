/** Enrollments: the list, one of them, enrolling, ending. */
import type { EnrollmentFilter } from "@/bindings/EnrollmentFilter";
import { call } from "../ipc";

export const enrollmentsPage = (filter: EnrollmentFilter) => (offset: number, limit: number) =>
  call("enrollments_list", { filter, window: { offset, limit } });
