/** One person beside the list: profile, enrollments, payments, security, history. */
import { Button, Menu, Tabs } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { BackendError } from "@/backend/error";
import { useHeld } from "@/backend/held";
import { helpQuery } from "@/backend/queries/accounts";
import {
  personQuery,
  useChangePerson,
  useSavePersonalData,
  useSendVerification,
  useSetPeopleStatus,
} from "@/backend/queries/people";
import type { PersonDetail } from "@/bindings/PersonDetail";
import {
  ErrorState,
  Facts,
  LinkButton,
  PanelSkeleton,
  RecordHeader,
  SidePanel,
  StatusDot,
  toast,
  useConfirm,
  usePersonName,
  When,
} from "@/design";
import { RecordTimeline } from "@/features/history/RecordTimeline";
import { PendingMark } from "@/features/server/PendingMark";
import { EditPerson } from "./EditPerson";
import { ErasePerson } from "./ErasePerson";
import { GiveCode } from "./GiveCode";
import { EnrollmentsTab, PaymentsTab } from "./PersonRecords";
import classes from "./people.module.css";
import { SetPassword, SetRole } from "./Security";

export function PersonPanel({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation("people");
  const called = usePersonName();
  const person = useQuery(personQuery(id));
  return (
    <SidePanel
      label={person.data ? called(person.data.name) : t("panel.label")}
      onClose={onClose}
      width="wide"
    >
      {person.isPending && <PanelSkeleton />}
      {person.isError && (
        <ErrorState title={t("panel.failed")} error={person.error} onRetry={() => void person.refetch()} />
      )}
      {person.data?.erased && <Erased person={person.data} />}
      {person.data && !person.data.erased && <Person key={person.data.id} person={person.data} />}
    </SidePanel>
  );
}

type Task = "edit" | "role" | "password" | "code" | "erase" | null;

function Person({ person }: { person: PersonDetail }) {
  const { t } = useTranslation("people");
  const { t: tf } = useTranslation("frame");
  const [task, setTask] = useHeld<Task>(`task on person ${person.id}`, null);
  const confirm = useConfirm();
  const setStatus = useSetPeopleStatus();
  const unlock = useChangePerson("person_unlock");
  const removeFactor = useChangePerson("person_second_factor_remove");
  const help = useQuery(helpQuery);
  const sendVerification = useSendVerification();
  const saveData = useSavePersonalData();
  const done = () => setTask(null);
  const learns = person.role === "student" && person.status === "active" && !person.pending;

  const changeStatus = async (status: "active" | "inactive" | "suspended") => {
    if (status !== "active") {
      const question = {
        title: t(`status.${status}Title`, { name: person.name }),
        body: t(`bulk.${status}Body`),
        verb: t(`bulk.${status}`),
      };
      if (!(await confirm(question))) return;
    }
    const former = person.status;
    const send = (to: typeof status) =>
      setStatus.mutateAsync({
        ids: [person.id],
        status: to,
        reason: to === "suspended" ? t("bulk.suspendedReason") : null,
      });
    try {
      const outcome = await send(status);
      const refused = outcome.refused[0];
      if (refused) toast.problem(new BackendError(refused));
      else toast.done((t) => t("people:status.changed", { name: person.name }), { undo: () => send(former) });
    } catch (problem) {
      toast.problem(problem);
    }
  };

  const takeFactorAway = async () => {
    const question = {
      title: t("panel.factorTitle", { name: person.name }),
      body: t("panel.factorBody"),
      verb: t("panel.factor"),
    };
    if (!(await confirm(question))) return;
    removeFactor.mutate(
      { id: person.id },
      {
        onError: toast.problem,
        onSuccess: () => toast.done((t) => t("people:panel.factorDone", { name: person.name })),
      },
    );
  };

  if (task === "edit") return <EditPerson person={person} onDone={done} />;
  if (task === "role") return <SetRole person={person} onDone={done} />;
  if (task === "password") return <SetPassword person={person} onDone={done} />;
  if (task === "code") return <GiveCode person={person} onDone={done} />;
  if (task === "erase") return <ErasePerson person={person} onDone={done} />;
  return (
    <>
      <RecordHeader
        level={2}
        title={person.name}
        status={
          <>
            <StatusDot kind="user" status={person.status} />
            <PendingMark collection="users" id={person.id} />
          </>
        }
        facts={[
          { label: t("list.role"), value: tf(`role.${person.role}`) },
          { label: t("list.lastLogin"), value: <When at={person.lastLoginAt} /> },
        ]}
        actions={
          <>
            <Button
              size="xs"
              variant={person.pending || learns ? "default" : "filled"}
              onClick={() => setTask("edit")}
            >
              {t("panel.edit")}
            </Button>
            {person.pending && (
              <Button size="xs" onClick={() => void changeStatus("active")}>
                {t("panel.admit")}
              </Button>
            )}
            {learns && (
              <LinkButton
                size="xs"
                to="/enrollments/new"
                search={{ user: person.id }}
                state={{ people: [{ id: person.id, name: person.name, email: person.email }] } as never}
              >
                {t("panel.enroll")}
              </LinkButton>
            )}
          </>
        }
        more={[
          <Menu.Item key="role" onClick={() => setTask("role")}>
            {t("panel.role")}
          </Menu.Item>,
          <Menu.Item key="password" onClick={() => setTask("password")}>
            {t("panel.password")}
          </Menu.Item>,
          person.status === "active" && (
            <Menu.Item key="code" onClick={() => setTask("code")}>
              {t("panel.code")}
            </Menu.Item>
          ),
          person.lockedUntil && (
            <Menu.Item
              key="unlock"
              onClick={() =>
                unlock.mutate(
                  { id: person.id },
                  {
                    onError: toast.problem,
                    onSuccess: () => toast.done((t) => t("people:panel.unlocked", { name: person.name })),
                  },
                )
              }
            >
              {t("panel.unlock")}
            </Menu.Item>
          ),
          person.secondFactor && !person.isSelf && (
            <Menu.Item key="factor" onClick={() => void takeFactorAway()}>
              {t("panel.factor")}
            </Menu.Item>
          ),
          !person.emailVerified && help.data?.mail && (
            <Menu.Item
              key="verification"
              onClick={() =>
                sendVerification.mutate(person.id, {
                  onError: toast.problem,
                  onSuccess: () =>
                    toast.done((t) => t("people:panel.verificationDone", { email: person.email })),
                })
              }
            >
              {t("panel.verification")}
            </Menu.Item>
          ),
          <Menu.Item
            key="data"
            onClick={() =>
              saveData.mutate(person.id, {
                onError: toast.problem,
                onSuccess: ({ json, pdf }) => {
                  toast.saved(json.path);
                  toast.saved(pdf.path);
                },
              })
            }
          >
            {t("panel.data")}
          </Menu.Item>,
          <Menu.Divider key="rule" />,
          ...(["active", "inactive", "suspended"] as const)
            .filter((status) => status !== person.status && !(status === "active" && person.pending))
            .map((status) => (
              <Menu.Item
                key={status}
                color={status === "suspended" ? "red" : undefined}
                onClick={() => void changeStatus(status)}
              >
                {t(`bulk.${status}`)}
              </Menu.Item>
            )),
          !person.isSelf && (
            <Menu.Item key="erase" color="red" onClick={() => setTask("erase")}>
              {t("panel.erase")}
            </Menu.Item>
          ),
        ].filter(Boolean)}
      />
      <Records person={person} tabs={["profile", "enrollments", "payments", "security", "history"]} />
    </>
  );
}

/** Somebody who was erased: what stays of them, and nothing to do. */
function Erased({ person }: { person: PersonDetail }) {
  const { t } = useTranslation("people");
  const called = usePersonName();
  return (
    <>
      <RecordHeader
        level={2}
        title={called(person.name)}
        status={<StatusDot kind="user" status={person.status} />}
      />
      <p className={classes.dim}>{t("erase.stays")}</p>
      <Records person={person} tabs={["enrollments", "payments", "history"]} />
    </>
  );
}

type Tab = "profile" | "enrollments" | "payments" | "security" | "history";

function Records({ person, tabs }: { person: PersonDetail; tabs: [Tab, ...Tab[]] }) {
  const { t } = useTranslation("people");
  const shown = (tab: Tab) => {
    switch (tab) {
      case "profile":
        return <ProfileTab person={person} />;
      case "enrollments":
        return <EnrollmentsTab user={person.id} />;
      case "payments":
        return <PaymentsTab user={person.id} />;
      case "security":
        return <SecurityTab person={person} />;
      case "history":
        return <RecordTimeline collection="users" id={person.id} />;
    }
  };
  return (
    <Tabs defaultValue={tabs[0]}>
      <Tabs.List>
        {tabs.map((tab) => (
          <Tabs.Tab key={tab} value={tab}>
            {t(`tab.${tab}`)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {tabs.map((tab) => (
        <Tabs.Panel key={tab} value={tab} className={classes.tab}>
          {shown(tab)}
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}

function ProfileTab({ person }: { person: PersonDetail }) {
  const { t } = useTranslation("people");
  const p = person.profile;
  const address = [p.street, [p.zipCode, p.city].filter(Boolean).join(" "), p.state, p.country]
    .filter(Boolean)
    .join(", ");
  const links = [p.website, p.linkedin, p.twitter, p.github].filter(Boolean).join(" · ");
  return (
    <>
      {p.bio && <p className={classes.bio}>{p.bio}</p>}
      <Facts
        items={[
          { label: t("field.email"), value: person.email },
          {
            label: t("field.emailVerified"),
            value: person.emailVerified ? t("field.yes") : t("field.no"),
          },
          { label: t("field.pending"), value: person.pending && t("field.pendingYes") },
          { label: t("field.phone"), value: p.phone },
          {
            label: t("field.dateOfBirth"),
            value: p.dateOfBirth && <When at={`${p.dateOfBirth}T12:00:00Z`} format="date" />,
          },
          { label: t("field.gender"), value: p.gender && t(`gender.${p.gender}`) },
          { label: t("field.address"), value: address },
          { label: t("field.links"), value: links },
          { label: t("field.timezone"), value: person.preferences.timezone },
          { label: t("field.coursesTaught"), value: person.coursesTaught || null },
          { label: t("field.created"), value: <When at={person.createdAt} format="date" /> },
        ].filter((item) => item.value)}
      />
    </>
  );
}

function SecurityTab({ person }: { person: PersonDetail }) {
  const { t } = useTranslation("people");
  return (
    <Facts
      items={[
        {
          label: t("security.password"),
          value: person.hasPassword ? t("security.hasPassword") : t("security.noPassword"),
        },
        {
          label: t("security.factor"),
          value: person.secondFactor ? t("security.factorOn") : t("security.factorOff"),
        },
        // the count begins anew with the lock
        ...(person.lockedUntil ? [] : [{ label: t("security.attempts"), value: person.loginAttempts }]),
        {
          label: t("security.lockedUntil"),
          value: person.lockedUntil ? (
            <When at={person.lockedUntil} format="exact" />
          ) : (
            t("security.notLocked")
          ),
        },
        { label: t("list.lastLogin"), value: <When at={person.lastLoginAt} format="exact" /> },
      ]}
    />
  );
}
