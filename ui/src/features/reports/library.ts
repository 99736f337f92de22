/** The reports there are, whom each is for, and how it is drawn. */
import type { ReportName } from "@/bindings/ReportName";
import type { Role } from "@/bindings/Role";

export interface ReportKind {
  name: ReportName;
  group: "enrollment" | "money";
  roles: readonly Role[];
  /** Which column names the bars, and which columns are drawn; money is drawn one currency at a time. */
  chart: { kind: "bar" | "lying" | "stacked"; x: string; series: readonly string[] } | null;
  /** Whether a period narrows it. */
  period: boolean;
  /** Whether a course narrows it: not where the rows are courses. */
  course: boolean;
}

export const REPORTS: readonly ReportKind[] = [
  {
    name: "enrollments-by-status",
    group: "enrollment",
    roles: ["admin", "instructor"],
    chart: { kind: "lying", x: "status", series: ["enrollments"] },
    period: true,
    course: true,
  },
  {
    name: "enrollments-over-time",
    group: "enrollment",
    roles: ["admin", "instructor"],
    chart: {
      kind: "stacked",
      x: "month",
      series: ["active", "completed", "pending", "cancelled", "refunded"],
    },
    period: true,
    course: true,
  },
  {
    name: "completion-by-course",
    group: "enrollment",
    roles: ["admin", "instructor"],
    chart: { kind: "lying", x: "course", series: ["completionRate"] },
    period: true,
    course: false,
  },
  {
    name: "revenue-by-month",
    group: "money",
    roles: ["admin", "finance"],
    chart: { kind: "bar", x: "month", series: ["net"] },
    period: true,
    course: true,
  },
  {
    name: "revenue-by-course",
    group: "money",
    roles: ["admin", "finance"],
    chart: { kind: "lying", x: "course", series: ["net"] },
    period: true,
    course: false,
  },
  {
    name: "revenue-by-method",
    group: "money",
    roles: ["admin", "finance"],
    chart: { kind: "lying", x: "method", series: ["net"] },
    period: true,
    course: true,
  },
  {
    name: "outstanding-payments",
    group: "money",
    roles: ["admin", "finance"],
    chart: null,
    period: true,
    course: true,
  },
];

export const reportsFor = (role: Role) => REPORTS.filter((report) => report.roles.includes(role));
