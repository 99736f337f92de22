/** The bare page of first run and sign in: paper, the name of the product, one column. */
import { Outlet, useRouter } from "@tanstack/react-router";
import { Suspense } from "react";
import { useLeaveSession, useWorkspaceStatus } from "@/backend/queries/session";
import { toast } from "@/design/toast";
import { Wordmark } from "@/design/Wordmark";
import classes from "./EntryLayout.module.css";
import { useIdleLock } from "./useIdleLock";

export function EntryLayout() {
  const status = useWorkspaceStatus();
  const router = useRouter();
  const { mutate: lock } = useLeaveSession("lock");
  // somebody is signed in here only while a second factor is due
  useIdleLock(status?.phase === "signed-in" ? status.idleMinutes : 0, () =>
    lock(undefined, { onError: toast.problem, onSuccess: () => void router.invalidate() }),
  );
  return (
    <div className={classes.page}>
      <header className={classes.head}>
        <Wordmark />
      </header>
      <main className={classes.main} id="content">
        <Suspense>
          <Outlet />
        </Suspense>
      </main>
    </div>
  );
}
