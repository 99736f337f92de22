import { expect, it } from "vitest";
import type { CertificateDto } from "@/bindings/CertificateDto";
import { verdictOf } from "./verdict";

const certificate = (revokedAt: string | null): CertificateDto => ({
  id: "X",
  student: "Ada",
  course: "Ink",
  institution: "House",
  instructor: "Ida",
  level: null,
  hours: null,
  finalScore: null,
  completedAt: "2026-01-01T00:00:00Z",
  issuedAt: "2026-01-01T00:00:00Z",
  revokedAt,
  sample: false,
});

it.each([
  [true, certificate(null), "genuine"],
  [true, certificate("2026-02-01T00:00:00Z"), "revoked"],
  [false, certificate("2026-02-01T00:00:00Z"), "revoked"],
  [true, null, "elsewhere"],
  [false, certificate(null), "foreign"],
  [false, null, "unknown"],
] as const)("made by our key %s, held %o: %s", (genuine, held, verdict) => {
  expect(verdictOf({ genuine, certificate: held })).toBe(verdict);
});
