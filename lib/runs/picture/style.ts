/** The page's only style; its hash stands in the page's policy, so that nothing else can add one. */
export const style = `
:root{color-scheme:light dark;--back:#fff;--text:#1c1e21;--dim:#565d6a;--line:#c9ced6;--box:#f5f6f8;--good:#1a7f37;--bad:#c2272d;--odd:#7a3fd1;--run:#0b62c4;--wait:#8a919c;--around:#b9bec7;--alarm:#fdf0f0}
@media (prefers-color-scheme:dark){:root{--back:#15181c;--text:#e4e6ea;--dim:#a3abb6;--line:#3d444e;--box:#1f242a;--good:#3fb950;--bad:#ff7b72;--odd:#b894ff;--run:#58a6ff;--wait:#7a828d;--around:#4b535e;--alarm:#2b1b1d}}
body{margin:0 auto;padding:1rem 1.5rem 4rem;max-width:1240px;background:var(--back);color:var(--text);font:14px/1.45 system-ui,sans-serif}
h1{font-size:1.4rem;margin:.2rem 0;overflow-wrap:anywhere}h2{font-size:1.1rem;margin:1.6rem 0 .5rem}h3{font-size:1rem;margin:1rem 0 .3rem;overflow-wrap:anywhere}
a{color:inherit}a:focus-visible,summary:focus-visible,pre:focus-visible,.scroll:focus-visible{outline:2px solid var(--run);outline-offset:2px}p,dd,td,li{overflow-wrap:anywhere}summary{cursor:pointer}
.alarm{border:1px solid var(--bad);border-left-width:6px;border-radius:6px;background:var(--alarm);padding:.4rem .9rem .6rem;margin:.7rem 0}.alarm h2{margin:.2rem 0;color:var(--bad)}.alarm p{margin:.3rem 0}
.scroll{overflow:auto;max-height:75vh;border:1px solid var(--line);border-radius:6px;padding:6px}
svg{display:block;font:12px system-ui,sans-serif}svg text{fill:var(--text)}svg a{cursor:pointer;text-decoration:none}
.edge{fill:none;stroke:var(--dim);stroke-width:1.3}.edge.order{stroke-dasharray:5 4}.edge.last,.join line{stroke:var(--wait);stroke-dasharray:2 3}.join text{fill:var(--dim)}
.box,.behind{fill:var(--box);stroke:var(--line);stroke-width:1.5}svg a:hover .box,svg a:focus .box{stroke-width:3}
.facts{fill:var(--dim)}svg .facts{font-size:11px;fill:var(--dim)}
.name{font-weight:600}.Succeeded .box{stroke:var(--good)}.Failed .box{stroke:var(--bad);stroke-width:2.5}.Cancelled .box{stroke:var(--odd)}.Running .box{stroke:var(--run)}.Skipped .box,.Waiting .box,.Reused .box{stroke-dasharray:4 3}
.timeline,.ticks{list-style:none;margin:0;padding:0}.row,.ticks{display:grid;grid-template-columns:minmax(9rem,16rem) 1fr;gap:0 .7rem;align-items:center}.row a{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}.row svg{width:100%;height:16px;overflow:visible}.ticks svg{grid-column:2;width:100%;height:16px;overflow:visible}.ticks text{font-size:11px;fill:var(--dim)}
.bar.waiting{fill:none;stroke:var(--wait);stroke-dasharray:2 2}.bar.around{fill:var(--around)}.bar.good{fill:var(--good)}.bar.bad{fill:var(--bad)}.Running .bar.bad{fill:var(--run)}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.25rem .7rem .25rem 0;border-bottom:1px solid var(--line)}thead th{font-weight:600;color:var(--dim)}tbody th{overflow-wrap:anywhere}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem;margin:.4rem 0}dt{color:var(--dim)}dd{margin:0;white-space:pre-wrap}
.status{font-weight:600}.status.Succeeded{color:var(--good)}.status.Failed,.status.TimedOut{color:var(--bad)}.status.Cancelled,.status.Interrupted{color:var(--odd)}.status.Running{color:var(--run)}
pre{background:var(--box);border:1px solid var(--line);border-radius:6px;padding:.5rem .7rem;margin:.3rem 0;overflow:auto;max-height:28rem;font:12px/1.4 ui-monospace,monospace;white-space:pre-wrap;overflow-wrap:anywhere}
.task{display:none;border-top:3px solid var(--line);margin-top:1.6rem}.task:target{display:block}.task:focus{outline:none}.legend{color:var(--dim)}
@media (min-width:1100px){svg.fits{max-width:100%;height:auto}}
@media (max-width:640px){body{padding:.7rem .8rem 3rem}.graph-part,.wide{display:none}.row,.ticks{grid-template-columns:1fr}.ticks svg{grid-column:1}.row{margin-bottom:.35rem}dl{grid-template-columns:1fr}dt{margin-top:.3rem}}
@media print{.task{display:block}.scroll{max-height:none}}
`;
