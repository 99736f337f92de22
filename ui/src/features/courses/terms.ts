/** The word lists of the seed schema, in the order people expect them. */
import type { Category } from "@/bindings/Category";
import type { CourseStatus } from "@/bindings/CourseStatus";
import type { Currency } from "@/bindings/Currency";
import type { LessonKind } from "@/bindings/LessonKind";
import type { Level } from "@/bindings/Level";
import type { Method } from "@/bindings/Method";

export const CATEGORIES = [
  "Programming",
  "Design",
  "Business",
  "Marketing",
  "Data Science",
  "Other",
] as const satisfies readonly Category[];
export const LEVELS = ["Beginner", "Intermediate", "Advanced"] as const satisfies readonly Level[];
export const STATUSES = [
  "draft",
  "under-review",
  "published",
  "archived",
] as const satisfies readonly CourseStatus[];
export const CURRENCIES = ["USD", "EUR", "GBP", "BDT"] as const satisfies readonly Currency[];
export const METHODS = ["stripe", "sslcommerz", "cash"] as const satisfies readonly Method[];
export const LESSON_KINDS = ["video", "text", "quiz", "assignment"] as const satisfies readonly LessonKind[];
export const MATERIAL_KINDS = ["video", "document", "code", "quiz", "assignment"] as const;
