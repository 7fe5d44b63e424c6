package org.lockstep.spark;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import java.util.function.ToDoubleFunction;
import org.apache.spark.SparkContext;
import org.apache.spark.metrics.MetricsSystem;
import org.apache.spark.metrics.source.Source;
import org.jspecify.annotations.Nullable;
import org.lockstep.train.EpochMetrics;
import org.lockstep.train.RunState;
import org.lockstep.train.TrainListener;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Gauges of the present training run, or else of the last one, in the driver's metrics: Spark hands
 * them to its sinks, among them its pages {@code /metrics/json} and {@code /metrics/prometheus}. An
 * application has one of these, which stays; where it trains more than one network at a time, the
 * gauges say what was heard last.
 *
 * <p>Thread rule: one thread tells, any reads.
 */
final class TrainingSource implements Source, TrainListener {
  private static final String NAME = "lockstep";

  private final MetricRegistry registry = new MetricRegistry();
  private volatile int restarts;
  private volatile int workers;
  private volatile int epoch;
  private volatile int step;
  private volatile @Nullable EpochMetrics done;

  private TrainingSource() {
    gauge("workers", () -> workers);
    gauge("restarts", () -> restarts);
    gauge("epoch", () -> epoch);
    gauge("step", () -> step);
    ofEpoch("trainLoss", EpochMetrics::trainLoss);
    ofEpoch("testLoss", EpochMetrics::testLoss);
    ofEpoch("testAccuracy", EpochMetrics::testAccuracy);
    ofEpoch("imagesPerSecond", EpochMetrics::imagesPerSecond);
    ofEpoch("collectiveSeconds", EpochMetrics::collectiveSeconds);
    ofEpoch("bytesSent", EpochMetrics::bytesSent);
  }

  /**
   * The application's.
   *
   * @param restarts how often workers have been started again for the run that begins
   */
  static TrainingSource of(SparkContext spark, int restarts) {
    TrainingSource source = of(spark.env().metricsSystem());
    source.restarts = restarts;
    return source;
  }

  private static TrainingSource of(MetricsSystem metrics) {
    synchronized (metrics) {
      for (Source known : CollectionConverters.asJava(metrics.getSourcesByName(NAME))) {
        if (known instanceof TrainingSource source) {
          return source;
        }
      }
      TrainingSource source = new TrainingSource();
      metrics.registerSource(source);
      return source;
    }
  }

  private void gauge(String name, Gauge<Number> value) {
    registry.register(name, value);
  }

  /** Of the last epoch that is done. */
  private void ofEpoch(String name, ToDoubleFunction<EpochMetrics> value) {
    gauge(
        name,
        () -> {
          EpochMetrics metrics = done;
          return metrics == null ? Double.NaN : value.applyAsDouble(metrics);
        });
  }

  @Override
  public void onStart(RunState start) {
    workers = start.workers();
    epoch = start.epoch() + 1;
    step = start.stepInEpoch();
    done = start.epoch() == 0 ? null : start.epochs().get(start.epoch() - 1);
  }

  @Override
  public void onStep(int ofEpoch, int ofStep, int stepsPerEpoch) {
    epoch = ofEpoch;
    step = ofStep;
  }

  @Override
  public void onEpoch(EpochMetrics metrics) {
    done = metrics;
  }

  @Override
  public String sourceName() {
    return NAME;
  }

  @Override
  public MetricRegistry metricRegistry() {
    return registry;
  }
}
