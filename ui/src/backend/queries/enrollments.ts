/** Enrollments: the list, one of them, enrolling, ending. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { ByIdRevReason } from "@/bindings/ByIdRevReason";
import type { EnrollmentDetail } from "@/bindings/EnrollmentDetail";
import type { EnrollmentFilter } from "@/bindings/EnrollmentFilter";
import { type Args, call } from "../ipc";

export const enrollmentsPage = (filter: EnrollmentFilter) => (offset: number, limit: number) =>
  call("enrollments_list", { filter, window: { offset, limit } });

export const enrollmentQuery = (id: string) =>
  queryOptions({
    queryKey: ["enrollments", "one", id],
    queryFn: () => call("enrollment", { id }),
  });

/** Changes of one enrollment: the answer is the enrollment as it is now. Everything that names it is read again. */
function useChange<A>(send: (args: A) => Promise<EnrollmentDetail>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: send,
    onSuccess: async (enrollment) => {
      client.setQueryData(enrollmentQuery(enrollment.id).queryKey, enrollment);
      await client.invalidateQueries({
        predicate: ({ queryKey }) =>
          ["timeline", "payments", "courses", "dashboard"].includes(String(queryKey[0])) ||
          (queryKey[0] === "enrollments" && queryKey[1] === "list"),
      });
    },
  });
}

export const useCancelEnrollment = () => useChange((args: ByIdRevReason) => call("enrollment_cancel", args));
/** For many, one after the other: `cancel` each as it stands now, then `settle` reads everything again, once. */
export function useCancelEnrollmentNow() {
  const client = useQueryClient();
  return {
    cancel: async (id: string, reason: string) => {
      const { rev } = await call("enrollment", { id });
      return call("enrollment_cancel", { id, rev, reason });
    },
    settle: () => client.invalidateQueries(),
  };
}

export const useReopenEnrollment = () =>
  useChange((args: Args<"enrollment_reopen">) => call("enrollment_reopen", args));
export const useRevokeCertificate = () =>
  useChange((args: ByIdRevReason) => call("certificate_revoke", args));
export const useRecordResult = () => useChange((args: Args<"result_record">) => call("result_record", args));

/** Who of these people could be enrolled, and who not and why. Writes nothing. */
export const enrollPreviewQuery = (args: Args<"enroll_preview">) =>
  queryOptions({
    queryKey: ["enrollments", "preview", args],
    queryFn: () => call("enroll_preview", args),
    enabled: args.users.length > 0 && args.course !== "",
    gcTime: 0,
  });

export function useEnroll() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (args: Args<"enroll">) => call("enroll", args),
    onSuccess: () => client.invalidateQueries(),
  });
}
