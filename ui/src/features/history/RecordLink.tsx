/** A link to wherever a record has its page, by its collection; plain text where the reader's role has no such page. */
import type { ReactNode } from "react";
import { useSession } from "@/backend/queries/session";
import type { Collection } from "@/bindings/Collection";
import type { Role } from "@/bindings/Role";
import { TextLink } from "@/design";

const READERS: Partial<Record<Collection, readonly Role[]>> = {
  users: ["admin"],
  payments: ["admin", "finance", "student"],
  enrollments: ["admin", "finance", "instructor"],
};

export function RecordLink({
  collection,
  id,
  children,
}: {
  collection: Collection;
  id: string;
  children: ReactNode;
}) {
  const role = useSession()?.role;
  const readers = READERS[collection];
  if (readers && !(role && readers.includes(role))) return children;
  switch (collection) {
    case "users":
      return (
        <TextLink to="/people" search={{ open: id } as never}>
          {children}
        </TextLink>
      );
    case "courses":
      return (
        <TextLink to="/courses/$courseId" params={{ courseId: id }}>
          {children}
        </TextLink>
      );
    case "enrollments":
      return (
        <TextLink to="/enrollments/$enrollmentId" params={{ enrollmentId: id }}>
          {children}
        </TextLink>
      );
    case "payments":
      return (
        <TextLink to="/payments/$paymentId" params={{ paymentId: id }}>
          {children}
        </TextLink>
      );
    default:
      return children;
  }
}
