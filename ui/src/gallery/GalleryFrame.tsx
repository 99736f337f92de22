/** The real frame around the samples, with a status that says an administrator is signed in. */
import { useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { FrameShell } from "@/app/Frame";
import { STATUS_KEY } from "@/backend/queries/session";
import type { WorkspaceStatus } from "@/bindings/WorkspaceStatus";

const status: WorkspaceStatus = {
  phase: "signed-in",
  institution: "Northgate College",
  sample: true,
  device: "Front desk",
  session: {
    user: "1",
    name: "Grace Hopper",
    email: "grace@northgate.example",
    role: "admin",
    language: "en",
    timezone: "Europe/London",
  },
  keyring: true,
  idleMinutes: 15,
  timezone: "Europe/London",
  currency: "GBP",
  sampleAccounts: [],
  samplePassword: null,
  secondFactorDue: false,
};

export function GalleryFrame({ children }: { children: ReactNode }) {
  useQueryClient().setQueryData(STATUS_KEY, status);
  return (
    <FrameShell
      user={status.session as NonNullable<WorkspaceStatus["session"]>}
      institution="Northgate College"
    >
      {children}
    </FrameShell>
  );
}
