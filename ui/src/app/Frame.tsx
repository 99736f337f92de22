/** The frame of the signed-in window: rail by role, top bar, the page, the palette. */
import { ActionIcon, Tooltip } from "@mantine/core";
import {
  IconBook2,
  IconBooks,
  IconCertificate,
  IconChartBar,
  IconCreditCard,
  IconLayoutDashboard,
  IconLayoutSidebarLeftCollapse,
  IconLayoutSidebarLeftExpand,
  IconSearch,
  IconServerCog,
  IconUsers,
} from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { Link, Outlet, useMatches, useRouter } from "@tanstack/react-router";
import { type ComponentType, type ReactNode, Suspense, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useBackendEvent } from "@/backend/events";
import { useFollowSync, useSyncStatus } from "@/backend/queries/server";
import { STATUS_KEY, useLeaveSession, useWorkspaceStatus } from "@/backend/queries/session";
import type { SessionDto } from "@/bindings/SessionDto";
import type { SyncStatus } from "@/bindings/SyncStatus";
import { openPalette } from "@/design/Palette";
import { setPreferences, usePreferences } from "@/design/preferences";
import { PageSkeleton } from "@/design/Skeletons";
import { toast } from "@/design/toast";
import { Wordmark } from "@/design/Wordmark";
import classes from "./Frame.module.css";
import { PageNotAllowed } from "./outcomes";
import { PaletteHost } from "./PaletteHost";
import { RAIL_ENTRIES, type RailEntry, railFor } from "./rail";
import { SyncPill } from "./SyncPill";
import { UserMenu } from "./UserMenu";
import { useIdleLock } from "./useIdleLock";

const ICONS: Record<RailEntry, ComponentType<{ size?: number; stroke?: number }>> = {
  dashboard: IconLayoutDashboard,
  people: IconUsers,
  courses: IconBook2,
  enrollments: IconCertificate,
  payments: IconCreditCard,
  reports: IconChartBar,
  system: IconServerCog,
  myCourses: IconBook2,
  catalog: IconBooks,
  myPayments: IconCreditCard,
};

/** Not read from documents, so that changed documents do not ask for them again (the server's would cost it). */
const UNTOUCHED: ReadonlySet<unknown> = new Set([STATUS_KEY[0], "sync", "server"]);

export function Frame() {
  const status = useWorkspaceStatus();
  const router = useRouter();
  const client = useQueryClient();
  const roles = useMatches({
    select: (matches) => matches.findLast((m) => m.staticData.roles)?.staticData.roles,
  });

  useBackendEvent("session-changed", () => {
    void client.invalidateQueries({ queryKey: STATUS_KEY }).then(() => router.invalidate());
  });
  useBackendEvent("data-changed", () => {
    void client.invalidateQueries({ predicate: (query) => !UNTOUCHED.has(query.queryKey[0]) });
  });
  useFollowSync();
  const sync = useSyncStatus();

  const { mutate: lock } = useLeaveSession("lock");
  useIdleLock(status?.phase === "signed-in" ? status.idleMinutes : 0, () =>
    lock(undefined, { onError: toast.problem, onSuccess: () => void router.invalidate() }),
  );

  // required from now on, by a setting saved here or elsewhere: the gate leads to where it is set up
  const due = status?.secondFactorDue ?? false;
  useEffect(() => {
    if (due) void router.invalidate();
  }, [due, router]);

  const user = status?.session;
  if (status?.phase !== "signed-in" || due || !user) return null;
  const allowed = !roles || roles.includes(user.role);

  return (
    <FrameShell user={user} institution={status.institution ?? ""} sync={sync}>
      {allowed ? <Outlet /> : <PageNotAllowed />}
      <PaletteHost user={user} />
    </FrameShell>
  );
}

interface FrameShellProps {
  user: SessionDto;
  institution: string;
  /** Once known. */
  sync?: SyncStatus | undefined;
  /** The page, and what floats above it. */
  children: ReactNode;
}

/** The look of the frame alone: rail, bar, and the page in its place. */
export function FrameShell({ user, institution, sync, children }: FrameShellProps) {
  const { t } = useTranslation("frame");
  const { railFolded } = usePreferences();
  const environment = sync?.environment;
  return (
    <div
      className={classes.frame}
      data-folded={railFolded || undefined}
      data-environment={environment ?? undefined}
    >
      <button
        type="button"
        className={classes.skip}
        onClick={() => document.getElementById("content")?.focus()}
      >
        {t("skip")}
      </button>
      <nav className={classes.rail} aria-label={t("rail.label")}>
        <div className={classes.brand}>
          <Link to="/" className={classes.home}>
            <Wordmark folded={railFolded} />
          </Link>
        </div>
        {!railFolded && <div className={classes.workspace}>{institution}</div>}
        <ul className={classes.entries}>
          {railFor(user.role).map((entry) => {
            const Icon = ICONS[entry];
            const label = t(`rail.${entry}`);
            return (
              <li key={entry}>
                <Tooltip label={label} position="right" disabled={!railFolded}>
                  <Link
                    to={RAIL_ENTRIES[entry]}
                    className={classes.entry}
                    activeOptions={{ exact: false, includeSearch: false }}
                    aria-label={label}
                  >
                    <Icon size={17} stroke={1.6} />
                    {!railFolded && <span>{label}</span>}
                  </Link>
                </Tooltip>
              </li>
            );
          })}
        </ul>
        <ActionIcon
          className={classes.fold}
          aria-label={railFolded ? t("rail.expand") : t("rail.collapse")}
          aria-expanded={!railFolded}
          onClick={() => setPreferences({ railFolded: !railFolded })}
        >
          {railFolded ? (
            <IconLayoutSidebarLeftExpand size={17} stroke={1.6} />
          ) : (
            <IconLayoutSidebarLeftCollapse size={17} stroke={1.6} />
          )}
        </ActionIcon>
      </nav>
      <header className={classes.bar}>
        <button type="button" className={classes.search} onClick={openPalette} aria-keyshortcuts="Control+K">
          <IconSearch size={15} stroke={1.6} aria-hidden="true" />
          <span className={classes.searchText}>{t("search.button")}</span>
          <span className={classes.keys} aria-hidden="true">
            Ctrl K
          </span>
        </button>
        <div className={classes.right}>
          {environment && (
            <span className={classes.environment} title={t(`environment.${environment}Hint`)}>
              {t(`environment.${environment}`)}
            </span>
          )}
          {sync && <SyncPill status={sync} />}
          <UserMenu user={user} />
        </div>
      </header>
      <main className={classes.main} id="content" tabIndex={-1}>
        <Suspense fallback={<PageSkeleton />}>{children}</Suspense>
      </main>
    </div>
  );
}
