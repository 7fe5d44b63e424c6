package org.lockstep.examples.report;

/** What all pages are made with; each is a whole file. */
public final class PageAssets {
  private static final String CHART_JS =
      "/META-INF/resources/webjars/chart.js/4.4.9/dist/chart.umd.js";

  private PageAssets() {}

  public static String style() {
    return Template.resource("report.css");
  }

  /** Chart.js with its licence notice, without a hint at a file that is not there. */
  public static String chartJs() {
    return Template.resource(CHART_JS).replaceAll("//# sourceMappingURL=.*", "");
  }

  /** Defines {@code drawChart(canvas, chart)}; wants {@link #chartJs} before it. */
  public static String charts() {
    return Template.resource("charts.js");
  }
}
