/** One payment: what was asked, what was booked, what went back, why it stands as it does, and its verbs. */
import { Button, Menu, Modal } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useHeld } from "@/backend/held";
import { paymentQuery, paymentsPage } from "@/backend/queries/payments";
import { useSession } from "@/backend/queries/session";
import type { PaymentDetail } from "@/bindings/PaymentDetail";
import type { RefundDto } from "@/bindings/RefundDto";
import {
  BackToList,
  Email,
  ErrorState,
  Facts,
  LinkButton,
  listQuery,
  Money,
  Page,
  PageSkeleton,
  RecordHeader,
  RecordMissing,
  Section,
  STATUS_TONES,
  StatusDot,
  TextLink,
  useFoundIn,
  usePersonName,
  useStepTo,
  Walk,
  When,
} from "@/design";
import { RecordTimeline } from "@/features/history/RecordTimeline";
import { Why } from "@/features/history/Why";
import { PendingMark } from "@/features/server/PendingMark";
import { CancelPayment, FailPayment, RetryPayment } from "./Endings";
import { NEWEST, paymentFilter, paymentsKey } from "./filter";
import { Ledger } from "./Ledger";
import classes from "./payments.module.css";
import { RecordCash, RecordProvider } from "./Recording";
import { AskRefund, DecideRefund } from "./Refunding";
import { RefundRow } from "./RefundRow";

export function PaymentPage() {
  const { t } = useTranslation("payments");
  const { paymentId } = useParams({ from: "/frame/payments/$paymentId" });
  const payment = useQuery(paymentQuery(paymentId));
  if (payment.isPending) return <PageSkeleton />;
  if (payment.isError) {
    if (payment.error.code === "not-found") return <RecordMissing title={t("page.missing")} />;
    return (
      <ErrorState title={t("page.failed")} error={payment.error} onRetry={() => void payment.refetch()} />
    );
  }
  return <One payment={payment.data} />;
}

type Task =
  | "cash"
  | "provider"
  | "fail"
  | "cancel"
  | "refund"
  | "retry"
  | { decide: RefundDto; approve: boolean };

function One({ payment: p }: { payment: PaymentDetail }) {
  const { t } = useTranslation("payments");
  const called = usePersonName();
  const session = useSession();
  // of this payment: the next one of the list takes its place on the page
  const [begun, setBegun] = useHeld<{ of: string; task: Task } | null>("task on a payment", null);
  const task = begun?.of === p.id ? begun.task : null;
  const setTask = (next: Task) => setBegun({ of: p.id, task: next });
  const done = () => setBegun(null);
  const own = session?.role === "student";
  const title = typeof task === "string" ? t(`task.${task}`) : "";
  return (
    <Page>
      <RecordHeader
        back={
          own ? (
            <BackToList to="/my-payments">{t("mine.title")}</BackToList>
          ) : (
            <BackToList to="/payments">{t("title")}</BackToList>
          )
        }
        walk={<WalkPayments current={p.id} />}
        title={p.receiptNumber ?? t("page.untitled")}
        status={
          <>
            <StatusDot kind="payment" status={p.status} />
            <PendingMark collection="payments" id={p.id} />
          </>
        }
        facts={[
          {
            label: t("list.student"),
            value:
              session?.role === "admin" ? (
                <TextLink to="/people" search={{ open: p.student.id } as never}>
                  {called(p.student.name)}
                </TextLink>
              ) : (
                called(p.student.name)
              ),
          },
          {
            label: t("list.course"),
            value: (
              <TextLink to="/courses/$courseId" params={{ courseId: p.course.id }}>
                {p.course.title}
              </TextLink>
            ),
          },
        ]}
        actions={
          <>
            {p.verbs.receipt && p.receiptNumber && (
              <LinkButton
                to="/payments/$paymentId/receipts/$number"
                params={{ paymentId: p.id, number: p.receiptNumber }}
                state
                variant="default"
              >
                {t("verb.receipt")}
              </LinkButton>
            )}
            {p.verbs.refund && (
              <Button variant="default" onClick={() => setTask("refund")}>
                {t("verb.refund")}
              </Button>
            )}
            {p.verbs.retry && <Button onClick={() => setTask("retry")}>{t("verb.retry")}</Button>}
            {p.verbs.recordProvider && (
              <Button variant="default" onClick={() => setTask("provider")}>
                {t("verb.provider")}
              </Button>
            )}
            {p.verbs.recordCash && <Button onClick={() => setTask("cash")}>{t("verb.cash")}</Button>}
          </>
        }
        more={
          (p.verbs.fail || p.verbs.cancel) && (
            <>
              {p.verbs.fail && <Menu.Item onClick={() => setTask("fail")}>{t("verb.fail")}</Menu.Item>}
              {p.verbs.cancel && (
                <Menu.Item color="red" onClick={() => setTask("cancel")}>
                  {t("verb.cancel")}
                </Menu.Item>
              )}
            </>
          )
        }
      />
      <div className={classes.columns}>
        <div>
          <dl className={classes.figures}>
            <div>
              <dt>{t("page.asked")}</dt>
              <dd>
                <Money minor={p.amount.minor} currency={p.amount.currency} />
              </dd>
            </div>
            <div>
              <dt>{t("page.refunded")}</dt>
              <dd>
                <Money minor={p.refunded.minor} currency={p.refunded.currency} />
              </dd>
            </div>
            <div>
              <dt>{t("page.balance")}</dt>
              <dd>
                <Money minor={p.ledgerBalance.minor} currency={p.ledgerBalance.currency} />
              </dd>
            </div>
          </dl>
          {p.source === "exception" && (
            <div className={classes.exception} role="note" aria-label={t("exception.title")}>
              <h2>{t("exception.title")}</h2>
              <p>{t("exception.body")}</p>
            </div>
          )}
          {p.refunds.length > 0 && (
            <Section title={t("page.refunds")}>
              {p.refunds.map((refund) => (
                <RefundRow
                  key={refund.id}
                  payment={p}
                  refund={refund}
                  onDecide={(approve) => setTask({ decide: refund, approve })}
                />
              ))}
            </Section>
          )}
          <Section title={t("page.ledger")}>
            <Ledger payment={p} />
          </Section>
          {p.errorMessage && (
            <Section title={t("page.error")}>
              <p className={classes.hint}>
                {p.errorMessage}
                {p.errorCode && <span className={classes.seal}> {p.errorCode}</span>}
              </p>
            </Section>
          )}
        </div>
        <aside aria-label={t("page.about")}>
          <Why why={p.why} tone={STATUS_TONES.payment[p.status]} />
          <Section title={t("page.about")}>
            <Facts
              items={[
                { label: t("list.method"), value: t(`method.${p.method}`) },
                {
                  label: t("page.enrollment"),
                  value: p.enrollment && p.enrollmentStatus && (
                    <TextLink to="/enrollments/$enrollmentId" params={{ enrollmentId: p.enrollment }}>
                      <StatusDot kind="enrollment" status={p.enrollmentStatus} />
                    </TextLink>
                  ),
                },
                { label: t("page.made"), value: <When at={p.createdAt} format="exact" /> },
                { label: t("page.paid"), value: p.paidAt && <When at={p.paidAt} format="exact" /> },
                {
                  label: t("page.failedAt"),
                  value: p.failedAt && <When at={p.failedAt} format="exact" />,
                },
                {
                  label: t("page.cancelledAt"),
                  value: p.cancelledAt && <When at={p.cancelledAt} format="exact" />,
                },
                { label: t("page.payer"), value: p.customerName ?? called(p.student.name) },
                { label: t("page.email"), value: <Email address={p.customerEmail ?? p.studentEmail} /> },
                ...p.references.map((reference) => ({
                  label: t(`reference.${reference.kind}`),
                  value: <span className={classes.seal}>{reference.value}</span>,
                })),
                {
                  label: t("page.discount"),
                  value: p.discount && (
                    <>
                      <Money minor={p.discount.minor} currency={p.discount.currency} /> {p.discountCode}
                    </>
                  ),
                },
                {
                  label: t("page.tax"),
                  value: p.tax && <Money minor={p.tax.minor} currency={p.tax.currency} />,
                },
                { label: t("page.description"), value: p.description },
              ].filter((item) => item.value)}
            />
          </Section>
          <Section title={t("page.history")}>
            <RecordTimeline collection="payments" id={p.id} />
          </Section>
        </aside>
      </div>
      <Modal
        opened={task !== null}
        onClose={done}
        title={typeof task === "object" && task ? t(task.approve ? "task.approve" : "task.deny") : title}
      >
        {task === "cash" && <RecordCash payment={p} onDone={done} />}
        {task === "provider" && <RecordProvider payment={p} onDone={done} />}
        {task === "fail" && <FailPayment payment={p} onDone={done} />}
        {task === "cancel" && <CancelPayment payment={p} onDone={done} />}
        {task === "retry" && <RetryPayment payment={p} onDone={done} />}
        {task === "refund" && <AskRefund payment={p} onDone={done} />}
        {typeof task === "object" && task && (
          <DecideRefund payment={p} refund={task.decide} approve={task.approve} onDone={done} />
        )}
      </Modal>
    </Page>
  );
}

/** To the payments before and after in the list this one was opened from. */
function WalkPayments({ current }: { current: string }) {
  const stepTo = useStepTo();
  const found = useFoundIn();
  if (found?.to !== "/payments" && found?.to !== "/my-payments") return null;
  const filter = paymentFilter(listQuery(found.search, NEWEST));
  return (
    <Walk
      found={found}
      current={current}
      queryKey={paymentsKey(filter)}
      fetchPage={paymentsPage(filter)}
      rowKey={(row) => row.id}
      onGo={(row, foundIn) =>
        void stepTo(
          paymentQuery(row.id),
          { to: "/payments/$paymentId", params: { paymentId: row.id } },
          foundIn,
        )
      }
    />
  );
}
