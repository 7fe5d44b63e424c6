package org.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.lockstep.launch.RankSum;

class SparkClusterTest {
  @Test
  void run_ofTwoRanksInOneExecutor_reducesOverBoth() {
    SparkConf conf =
        new SparkConf()
            .setMaster("local[2]")
            .setAppName("test")
            .set("spark.ui.enabled", "false")
            .set("spark.driver.host", "127.0.0.1");
    try (JavaSparkContext context = new JavaSparkContext(conf);
        SparkCluster cluster = SparkCluster.start(context, 2, Duration.ofSeconds(30))) {
      List<RankSum.Sum> sums = cluster.run(new RankSum(1), event -> {});
      assertThat(sums).containsExactly(new RankSum.Sum(0, 1), new RankSum.Sum(1, 1));
    }
  }
}
