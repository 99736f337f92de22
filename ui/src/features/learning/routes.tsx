/** Addresses of the learning screens. */
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { frameRoute } from "@/app/parents";

/** Which lesson is open; `overview` for the course as a whole; absent: where the student was. */
function learnSearch(raw: Record<string, unknown>): { lesson?: string } {
  return typeof raw.lesson === "string" && raw.lesson !== "" ? { lesson: raw.lesson } : {};
}

/** The certificate number to check. Numbers of digits alone arrive as a number. */
function verifySearch(raw: Record<string, unknown>): { id?: string } {
  const id = String(raw.id ?? "").trim();
  return id ? { id } : {};
}

export const learningRoutes = [
  createRoute({
    getParentRoute: () => frameRoute,
    path: "/my-courses",
    staticData: { roles: ["student"] },
    component: lazyRouteComponent(() => import("./MyCoursesPage"), "MyCoursesPage"),
  }),
  createRoute({
    getParentRoute: () => frameRoute,
    path: "/learn/$enrollmentId",
    staticData: { roles: ["student"] },
    validateSearch: learnSearch,
    component: lazyRouteComponent(() => import("./LearnPage"), "LearnPage"),
  }),
  createRoute({
    getParentRoute: () => frameRoute,
    path: "/certificates/$enrollmentId",
    staticData: { roles: ["admin", "instructor", "student"] },
    component: lazyRouteComponent(() => import("./CertificatePage"), "CertificatePage"),
  }),
  createRoute({
    getParentRoute: () => frameRoute,
    path: "/verify",
    validateSearch: verifySearch,
    component: lazyRouteComponent(() => import("./VerifyPage"), "VerifyPage"),
  }),
] as const;
