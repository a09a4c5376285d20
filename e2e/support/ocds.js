// A small OCDS file as a source would send it: JSON Lines of compiled releases, most of them plain, some with things to
// ask about, and lines that cannot be loaded. All of it is made up.

/** A contracting process that gives nobody a reason to ask: four bidders, time enough, signed as tendered. */
function plain(number, buyer) {
  const ocid = `ocds-e2e000-${String(number).padStart(4, "0")}`;
  const firms = [1, 2, 3, 4].map((firm) => ({ id: `E2E-S${firm}`, name: `演示供应商${"一二三四"[firm - 1]}号` }));
  const amount = (value) => ({ amount: value, currency: "CNY" });
  const value = 98_000_000;
  return {
    ocid,
    id: `${ocid}-1`,
    date: "2026-10-20T09:00:00+08:00",
    tag: ["compiled"],
    initiationType: "tender",
    language: "zh",
    buyer,
    parties: [{ ...buyer, roles: ["buyer"] }, ...firms.map((firm, at) => ({ ...firm, roles: at === 0 ? ["tenderer", "supplier"] : ["tenderer"] }))],
    tender: {
      id: "1",
      title: `演示第 ${number} 号设备采购`,
      status: "complete",
      procurementMethod: "open",
      procurementMethodDetails: "公开招标",
      mainProcurementCategory: "goods",
      value: amount(100_000_000),
      tenderPeriod: { startDate: "2026-08-03T09:00:00+08:00", endDate: "2026-08-28T09:00:00+08:00" },
      items: [{ id: "1", description: "检测设备", classification: { scheme: "CPV", id: "38500000" }, quantity: 10 }],
      numberOfTenderers: firms.length,
      tenderers: firms,
    },
    bids: {
      details: firms.map((firm, at) => ({
        id: String(at + 1),
        date: "2026-08-27T09:00:00+08:00",
        status: "valid",
        tenderers: [firm],
        value: amount(value + at * 1_300_000),
      })),
    },
    awards: [
      { id: "1", status: "active", date: "2026-09-04T09:00:00+08:00", value: amount(value), suppliers: [firms[0]], relatedBid: "1" },
    ],
    contracts: [
      { id: "1", awardID: "1", status: "active", dateSigned: "2026-09-15T09:00:00+08:00", value: amount(value), period: { startDate: "2026-09-16T00:00:00+08:00", endDate: "2027-03-16T00:00:00+08:00" } },
    ],
  };
}

/** The same with only fifteen days for bids, where the law wants twenty: CN-12. */
function hurried(number, buyer) {
  const process = plain(number, buyer);
  process.tender.tenderPeriod.endDate = "2026-08-18T09:00:00+08:00";
  process.bids.details.forEach((bid) => (bid.date = "2026-08-17T09:00:00+08:00"));
  return process;
}

/** The indicator that `hurried` processes raise. */
export const INDICATOR = "CN-12";

/** A plain process with one value that cannot be: the process is loaded without it. */
function misdated(number, buyer) {
  const process = plain(number, buyer);
  process.awards[0].date = MISDATED;
  return process;
}

/** No day of any year. */
export const MISDATED = "2026-13-45T09:00:00+08:00";

/**
 * The file: `name`; `text`; how many lines are whole (`loads`), which line is `broken`; ids and titles of the `flagged`.
 *
 * - `buyer`: `{ id, name }` of the organ concerned, as the register and the source both know it.
 */
export function sample(buyer) {
  const good = [1, 2, 3].map((number) => plain(number, buyer));
  const flagged = [4, 5].map((number) => hurried(number, buyer));
  const whole = [...good, ...flagged, misdated(6, buyer)].map((process) => JSON.stringify(process));
  const broken = '{"ocid":"ocds-e2e000-0007","id":"1","tag":["compiled"],"tender":{"title":"演示第 7 号';
  return {
    name: "e2e-sample.jsonl",
    text: [...whole, broken, ""].join("\n"),
    loads: whole.length,
    broken: whole.length + 1,
    flagged: flagged.map(({ ocid, tender }) => ({ ocid, title: tender.title })),
  };
}
