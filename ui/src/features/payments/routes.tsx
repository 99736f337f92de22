/** Addresses of the payments screens. */
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { frameRoute } from "@/app/parents";
import { listSearch } from "@/design";

export const paymentsRoutes = [
  createRoute({
    getParentRoute: () => frameRoute,
    path: "/payments",
    staticData: { roles: ["admin", "finance"] },
    validateSearch: listSearch(["status", "method", "currency", "user", "made", "refund"]),
    component: lazyRouteComponent(() => import("./PaymentsPage"), "PaymentsPage"),
  }),
  createRoute({
    getParentRoute: () => frameRoute,
    path: "/payments/$paymentId",
    staticData: { roles: ["admin", "finance", "student"] },
    component: lazyRouteComponent(() => import("./PaymentPage"), "PaymentPage"),
  }),
  createRoute({
    getParentRoute: () => frameRoute,
    path: "/payments/$paymentId/receipts/$number",
    staticData: { roles: ["admin", "finance", "student"] },
    component: lazyRouteComponent(() => import("./ReceiptPage"), "ReceiptPage"),
  }),
  createRoute({
    getParentRoute: () => frameRoute,
    path: "/my-payments",
    staticData: { roles: ["student"] },
    validateSearch: listSearch(["status", "made"]),
    component: lazyRouteComponent(() => import("./MyPaymentsPage"), "MyPaymentsPage"),
  }),
] as const;
