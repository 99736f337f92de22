/** What each role finds in the left rail: a pure table, tested. Not a permission: the backend refuses on its own. */
import type { Role } from "@/bindings/Role";

export const RAIL_ENTRIES = {
  dashboard: "/dashboard",
  people: "/people",
  courses: "/courses",
  enrollments: "/enrollments",
  payments: "/payments",
  reports: "/reports",
  system: "/system",
  myCourses: "/my-courses",
  catalog: "/catalog",
  myPayments: "/my-payments",
} as const;

export type RailEntry = keyof typeof RAIL_ENTRIES;

const RAILS: Record<Role, readonly RailEntry[]> = {
  admin: ["dashboard", "people", "courses", "enrollments", "payments", "reports", "system"],
  instructor: ["dashboard", "courses", "enrollments", "reports"],
  finance: ["dashboard", "payments", "enrollments", "reports"],
  student: ["myCourses", "catalog", "myPayments"],
};

export function railFor(role: Role): readonly RailEntry[] {
  return RAILS[role];
}

/** Where a person lands after signing in. */
export function homeFor(role: Role): "/dashboard" | "/my-courses" {
  return role === "student" ? "/my-courses" : "/dashboard";
}
