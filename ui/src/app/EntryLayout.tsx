/** The bare page of first run and sign in: paper, the name of the product, one column. */
import { Outlet } from "@tanstack/react-router";
import { Suspense } from "react";
import { Wordmark } from "@/design/Wordmark";
import classes from "./EntryLayout.module.css";

export function EntryLayout() {
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
