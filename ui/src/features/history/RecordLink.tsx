/** A link to wherever a record has its page, by its collection. */
import type { ReactNode } from "react";
import type { Collection } from "@/bindings/Collection";
import { TextLink } from "@/design";

export function RecordLink({
  collection,
  id,
  children,
}: {
  collection: Collection;
  id: string;
  children: ReactNode;
}) {
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
