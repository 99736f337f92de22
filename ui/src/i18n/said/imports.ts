/** German for what the program says about files that are brought in: the file as a whole, and its rows. */
import type { Sentences } from "./sentence";

export const IMPORTS: Sentences = {
  "The file is larger than 32 MiB. Split it.": "Die Datei ist größer als 32 MiB. Teilen Sie sie.",
  "The file is larger than 32 MiB. Split it and import the parts one after the other.":
    "Die Datei ist größer als 32 MiB. Teilen Sie sie und importieren Sie die Teile nacheinander.",
  "The file has more than 200,000 rows. Split it and import the parts one after the other.":
    "Die Datei hat mehr als 200.000 Zeilen. Teilen Sie sie und importieren Sie die Teile nacheinander.",
  "The file did not arrive whole.": "Die Datei kam nicht vollständig an.",
  "The file is empty.": "Die Datei ist leer.",
  "The file has no header row naming its columns.":
    "Die Datei hat keine Kopfzeile, die ihre Spalten benennt.",
  "This is a workbook, not a CSV file. Save it as CSV in the spreadsheet program first.":
    "Das ist eine Arbeitsmappe, keine CSV-Datei. Speichern Sie sie im Tabellenprogramm zuerst als CSV.",
  "There is no column {column}. The columns are {columns}.":
    "Eine Spalte {column} gibt es nicht. Die Spalten sind {columns}.",
  "The field {field} is mapped twice.": "Das Feld {field} ist zweimal zugeordnet.",
  "No column fills the field {field}. The columns are {columns}.":
    "Keine Spalte füllt das Feld {field}. Die Spalten sind {columns}.",
  "This import was already taken back.": "Dieser Import wurde schon zurückgenommen.",
  "This import booked payments, and what is booked stays on record. Nothing of it can be taken back.":
    "Dieser Import hat Zahlungen gebucht, und was gebucht ist, bleibt in den Akten. Nichts davon kann zurückgenommen werden.",
  "The same e-mail address is in row {number}.": "Dieselbe E-Mail-Adresse steht in Zeile {number}.",
  "The same course is in row {number}.": "Derselbe Kurs steht in Zeile {number}.",
  "{email} already belongs to {name}.": "{email} gehört schon {name}.",
  "A quotation mark is opened in this row and never closed.":
    "In dieser Zeile wird ein Anführungszeichen geöffnet und nie geschlossen.",
  "A cell of this row is larger than 1 MiB.": "Eine Zelle dieser Zeile ist größer als 1 MiB.",
  "The row has {number} cells, the header names {number2} columns. Is a cell that holds the delimiter not quoted?":
    "Die Zeile hat {number} Zellen, die Kopfzeile nennt {number2} Spalten. Steht eine Zelle mit dem Trennzeichen ohne Anführungszeichen da?",
  "The price is in {currency}, the row's currency is {currency2}.":
    "Der Preis ist in {currency}, die Währung der Zeile ist {currency2}.",
  "No instructor has this e-mail address. Import or create the person first.":
    "Niemand in der Lehre hat diese E-Mail-Adresse. Importieren oder legen Sie die Person zuerst an.",
  "A slug is made of the letters a to z, digits and hyphens.":
    "Ein Kurzname besteht aus den Buchstaben a bis z, Ziffern und Bindestrichen.",
  "The status is one of active, inactive and suspended.": "Der Status ist active, inactive oder suspended.",
  "The gender is one of male, female, other and prefer-not-to-say.":
    "Das Geschlecht ist male, female, other oder prefer-not-to-say.",
  "The level is one of beginner, intermediate and advanced.":
    "Die Stufe ist beginner, intermediate oder advanced.",
  "The lesson's type is one of video, text, quiz and assignment.":
    "Die Art der Lektion ist video, text, quiz oder assignment.",
  "Write yes or no.": "Schreiben Sie yes oder no.",
  "Write a number, like 6 or 1.5.": "Schreiben Sie eine Zahl, wie 6 oder 1.5.",
  "A price is not negative.": "Ein Preis ist nicht negativ.",
  "The file has more than 1,000 columns.": "Die Datei hat mehr als 1.000 Spalten.",
  "Row {number} has the same slug.": "Zeile {number} hat denselben Kurznamen.",
  "A slug has 200 characters at most.": "Ein Kurzname hat höchstens 200 Zeichen.",
  "The price is missing. Write it in digits, like 1234.50, or “free”.":
    "Der Preis fehlt. Schreiben Sie ihn in Ziffern, wie 1234.50, oder „free“.",
  "The original price is in {currency}, the price in {currency2}.":
    "Der ursprüngliche Preis ist in {currency}, der Preis in {currency2}.",
  "The original price is not above the price, so it is left out.":
    "Der ursprüngliche Preis liegt nicht über dem Preis und wird deshalb weggelassen.",
  "A course has 2,000 lessons at most.": "Ein Kurs hat höchstens 2.000 Lektionen.",
  "A course has 200 modules at most.": "Ein Kurs hat höchstens 200 Module.",
  "A report of more than 5,000 rows is not printed. Save it as CSV or as a workbook (XLSX).":
    "Ein Bericht mit mehr als 5.000 Zeilen wird nicht gedruckt. Speichern Sie ihn als CSV oder als Arbeitsmappe (XLSX).",
  "A file makes no finance staff and no administrators. Import them as students, then change the role on each person's page.":
    "Aus einer Datei entstehen weder Finanzleute noch Verwaltung. Importieren Sie sie als Studierende, und ändern Sie dann die Rolle auf der Seite jeder Person.",
  "The role is one of student and instructor.": "Die Rolle ist „student“ oder „instructor“.",
};
