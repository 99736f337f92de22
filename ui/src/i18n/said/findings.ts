/** German for what verification finds. What SQLite says of the file itself stays in its own words. */
import type { Sentences } from "./sentence";

export const FINDINGS: Sentences = {
  "This row of the ledger was changed after it was booked.":
    "Diese Zeile des Buchungsjournals wurde geändert, nachdem sie gebucht war.",
  "This row was changed: what is left of it is not what an erasure vouches for.":
    "Diese Zeile wurde geändert: Was von ihr übrig ist, ist nicht das, wofür eine Löschung bürgt.",
  "This row does not follow the one before it: a row is missing, added or out of order.":
    "Diese Zeile folgt nicht auf die vor ihr: Eine Zeile fehlt, kam hinzu oder steht an falscher Stelle.",
  "The sign of the amount does not fit what the row books.":
    "Das Vorzeichen des Betrags passt nicht zu dem, was die Zeile bucht.",
  "The record {id} in {collection} cannot be read: {reason}":
    "Der Datensatz {id} in {collection} ist nicht lesbar: {reason}",
  "The record cannot be read: {reason}": "Der Datensatz ist nicht lesbar: {reason}",

  "The payment is {paymentStatus}; its refunds make it {paymentStatus2}.":
    "Die Zahlung ist {paymentStatus}; nach ihren Erstattungen ist sie {paymentStatus2}.",
  "The payment says {money} are held, the ledger says {money2}.":
    "Laut Zahlung sind {money} vorhanden, laut Buchungsjournal {money2}.",
  "The payment is of {money}, the ledger charged {money2}.":
    "Die Zahlung ist über {money}, das Buchungsjournal hat {money2} gebucht.",
  "The payment's receipt number is not the one its booking has.":
    "Die Quittungsnummer der Zahlung ist nicht die ihrer Buchung.",
  "Refunds of {money} wait, and only {money2} are held.":
    "Erstattungen über {money} warten, und nur {money2} sind vorhanden.",
  "A refund is booked and does not say when.": "Eine Erstattung ist gebucht und sagt nicht, wann.",
  "The ledger books a payment that is not on record.":
    "Das Buchungsjournal bucht eine Zahlung, die nicht in den Akten ist.",
  "More was refunded than was paid.": "Es wurde mehr erstattet als gezahlt.",
  "{figure} is not an amount of {currency}.": "{figure} ist kein Betrag in {currency}.",

  "The enrollment's course is not on record.": "Der Kurs der Einschreibung ist nicht in den Akten.",
  "The payment's enrollment is not on record.": "Die Einschreibung der Zahlung ist nicht in den Akten.",
  "The payment and its enrollment name different people or courses.":
    "Die Zahlung und ihre Einschreibung nennen verschiedene Personen oder Kurse.",
  "The enrollment is completed and does not say when.":
    "Die Einschreibung ist abgeschlossen und sagt nicht, wann.",
  "The enrollment has ended and does not say when.": "Die Einschreibung ist beendet und sagt nicht, wann.",
  "The certificate is issued without an id, or has an id without being issued.":
    "Das Zertifikat ist ohne Kennung ausgestellt, oder es hat eine Kennung und ist nicht ausgestellt.",
  "The enrollment costs something and has no payment.":
    "Die Einschreibung kostet etwas und hat keine Zahlung.",
  "The enrollment says its payment is {paymentStatus}; the payment is {paymentStatus2}.":
    "Laut Einschreibung ist ihre Zahlung {paymentStatus}; die Zahlung ist {paymentStatus2}.",
  "The enrollment and its payment are of different amounts.":
    "Die Einschreibung und ihre Zahlung sind über verschiedene Beträge.",
  "The course is open to the student and nothing pays for it.":
    "Der Kurs steht der Person offen, und nichts bezahlt ihn.",

  "The progress is not between 0 and 100 percent.": "Der Fortschritt liegt nicht zwischen 0 und 100 Prozent.",
  "The progress says {figure} percent and is {figure2}.":
    "Der Fortschritt nennt {figure} Prozent und ist {figure2}.",
  "“{title}” says it has {figure} lessons and has {figure2}.":
    "„{title}“ nennt {figure} Lektionen und hat {figure2}.",
  "“{title}” says {figure} hold a place and {figure2} do.":
    "„{title}“ nennt {figure} belegte Plätze, es sind {figure2}.",
  "“{title}” says it was rated {figure} times and was {figure2} times.":
    "„{title}“ nennt {figure} Bewertungen, es sind {figure2}.",
  "“{title}” says it is rated {figure}, its reviews say {figure2}.":
    "„{title}“ nennt die Bewertung {figure}, seine Bewertungen ergeben {figure2}.",
  "{kept} is kept, {kept2} is right.": "Festgehalten ist {kept}, richtig ist {kept2}.",

  "This row was changed after it was written.": "Diese Zeile wurde geändert, nachdem sie geschrieben war.",
  "This row does not follow the one before it: it was added, replaced or moved.":
    "Diese Zeile folgt nicht auf die vor ihr: Sie wurde hinzugefügt, ersetzt oder verschoben.",
  "Row {figure} is missing: it was removed.": "Zeile {figure} fehlt: Sie wurde entfernt.",
  "Rows {figure} to {figure2} are missing: they were removed.":
    "Die Zeilen {figure} bis {figure2} fehlen: Sie wurden entfernt.",
  "What lists and timelines have of this row is not what it says.":
    "Was Listen und Verläufe von dieser Zeile haben, ist nicht, was sie sagt.",
  "This row has no place in the chain: it was added.":
    "Diese Zeile hat keinen Platz in der Kette: Sie wurde hinzugefügt.",
  "This row was moved in front of one that was written before it.":
    "Diese Zeile wurde vor eine verschoben, die vor ihr geschrieben war.",
  "The words of this row are gone, and nobody it is about was erased.":
    "Die Worte dieser Zeile sind weg, und niemand, um den es geht, wurde gelöscht.",
  "{device}: {sentence} ({verb})": "{device}: {sentence} ({verb})",
  "{device}: {sentence}": "{device}: {sentence}",

  "{figure} more findings are not listed.": "{figure} weitere Befunde sind nicht aufgeführt.",
};
