/**
 * Narrowing a list to one student. Administrators choose among everybody; others find it set by the address
 * they came by, and can take it away. The name is told from the list's own rows: opening the person would
 * leave a line in the audit trail.
 */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { peoplePage } from "@/backend/queries/people";
import { useSession } from "@/backend/queries/session";
import type { PersonRef } from "@/bindings/PersonRef";
import { type FilterSpec, type Filters, usePersonName } from "@/design";

interface StudentSpec {
  /** What the list is of; its rows are read again together with the name. */
  area: "enrollments" | "payments";
  filters: Filters;
  label: string;
  /** A first row of this student. */
  first: (user: string) => Promise<{ student: PersonRef } | undefined>;
}

export function useStudentSpec({ area, filters, label, first }: StudentSpec): FilterSpec[] {
  const client = useQueryClient();
  const called = usePersonName();
  const chooses = useSession()?.role === "admin";
  const user = filters.user?.[0];
  const named = useQuery({
    queryKey: [area, "list", "of", user],
    queryFn: async () => (await first(user ?? ""))?.student.name ?? null,
    enabled: user !== undefined,
  });
  if (!chooses && user === undefined) return [];
  const nameOf = (id: string) =>
    named.data ? called(named.data) : named.isPending && user !== undefined ? "…" : id;
  const search = async (text: string) => {
    if (!chooses) return user === undefined ? [] : [{ value: user, label: nameOf(user) }];
    const found = await client.fetchQuery({
      queryKey: ["people", "lookup", text],
      queryFn: () => peoplePage({ text, roles: [], statuses: [], sort: "name", descending: false })(0, 20),
    });
    return found.rows.map((person) => ({ value: person.id, label: called(person.name) }));
  };
  return [{ kind: "lookup", id: "user", label, search, labelOf: nameOf }];
}
