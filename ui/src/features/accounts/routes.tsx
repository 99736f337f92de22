/** Addresses of the accounts screens. */
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { entryRoute, frameRoute } from "@/app/parents";

export const accountsRoutes = [
  createRoute({
    getParentRoute: () => frameRoute,
    path: "/profile",
    component: lazyRouteComponent(() => import("./ProfilePage"), "ProfilePage"),
  }),
] as const;

export const accountsEntryRoutes = [
  createRoute({
    getParentRoute: () => entryRoute,
    path: "/welcome",
    staticData: { place: "welcome" },
    component: lazyRouteComponent(() => import("./WelcomePage"), "WelcomePage"),
  }),
  createRoute({
    getParentRoute: () => entryRoute,
    path: "/sign-in",
    staticData: { place: "signIn" },
    component: lazyRouteComponent(() => import("./SignInPage"), "SignInPage"),
  }),
  createRoute({
    getParentRoute: () => entryRoute,
    path: "/forgotten",
    staticData: { place: "signIn" },
    component: lazyRouteComponent(() => import("./ForgottenPage"), "ForgottenPage"),
  }),
  createRoute({
    getParentRoute: () => entryRoute,
    path: "/register",
    staticData: { place: "signIn" },
    component: lazyRouteComponent(() => import("./RegisterPage"), "RegisterPage"),
  }),
  createRoute({
    getParentRoute: () => entryRoute,
    path: "/confirm-address",
    staticData: { place: "signIn" },
    validateSearch: (raw: Record<string, unknown>): { email?: string } =>
      typeof raw.email === "string" ? { email: raw.email } : {},
    component: lazyRouteComponent(() => import("./ConfirmAddressPage"), "ConfirmAddressPage"),
  }),
  createRoute({
    getParentRoute: () => entryRoute,
    path: "/second-factor",
    staticData: { place: "secondFactor" },
    component: lazyRouteComponent(() => import("./SecondFactorPage"), "SecondFactorPage"),
  }),
] as const;
