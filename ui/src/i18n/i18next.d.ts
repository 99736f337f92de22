/** Makes `t("…")` fail to compile on a key that the English file does not have. */
import "i18next";
import type accounts from "./en/accounts.json";
import type courses from "./en/courses.json";
import type dashboard from "./en/dashboard.json";
import type design from "./en/design.json";
import type desktops from "./en/desktops.json";
import type enrollments from "./en/enrollments.json";
import type errors from "./en/errors.json";
import type frame from "./en/frame.json";
import type history from "./en/history.json";
import type learning from "./en/learning.json";
import type payments from "./en/payments.json";
import type people from "./en/people.json";
import type reports from "./en/reports.json";
import type server from "./en/server.json";
import type system from "./en/system.json";

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "frame";
    returnNull: false;
    resources: {
      frame: typeof frame;
      history: typeof history;
      desktops: typeof desktops;
      design: typeof design;
      errors: typeof errors;
      accounts: typeof accounts;
      people: typeof people;
      courses: typeof courses;
      enrollments: typeof enrollments;
      payments: typeof payments;
      learning: typeof learning;
      reports: typeof reports;
      system: typeof system;
      server: typeof server;
      dashboard: typeof dashboard;
    };
  }
}
