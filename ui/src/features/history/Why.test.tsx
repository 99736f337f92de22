import { cleanup, screen } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import type { WhyDto } from "@/bindings/WhyDto";
import { noProgram, openAt } from "@/features/lists/inAddresses";
import { Why } from "./Why";

afterEach(() => {
  cleanup();
  noProgram();
});

const waits = (label: string): WhyDto => ({
  code: "waits-for-payment",
  params: { amount: "GBP 89.00", method: "stripe" },
  since: "2026-03-01T09:00:00Z",
  by: null,
  link: { collection: "payments", id: "p1", label },
});

it.each([
  ["GBP 89.00", "The payment"],
  ["BDT 1,234.00", "The payment"],
  ["R-2AH6-001626", "R-2AH6-001626"],
])("leads to the payment called %s as %s", async (label, name) => {
  await openAt("/enrollment", { "/enrollment": { screen: () => <Why why={waits(label)} tone="amber" /> } });
  expect(await screen.findByRole("link", { name })).toHaveAttribute("href", "/payments/p1");
});
