package org.lockstep.examples.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.lockstep.data.Shards;
import org.lockstep.train.RunResult;

class ReadingTest {
  @Test
  void findings_accuraciesFarApart_nameTheLead() {
    assertThat(read(Samples.comparison("small", 2)))
        .anySatisfy(
            sentence ->
                assertThat(sentence)
                    .startsWith("By-label shards, 2 images per worker: Sync-BN 84.0 %")
                    .contains("2,000 test images cannot tell Sync-BN and GroupNorm(8) apart;")
                    .contains("Sync-BN is ahead of local BN by 35.0 points"));
  }

  @Test
  void findings_accuraciesWithinChance_nameNoWinner() {
    List<RunResult> close =
        List.of(
            Samples.run("local", "small", Shards.SHUFFLED, 2, 0.835),
            Samples.run("sync", "small", Shards.SHUFFLED, 2, 0.84));

    assertThat(read(close)).first().asString().endsWith("so this shows no winner.");
  }

  @Test
  void findings_differenceAroundTwoStandardErrors_decidesThere() {
    double margin = 2 * Math.sqrt((0.8 * 0.2 + 0.8 * 0.2) / 2000);

    assertThat(read(twoRuns(0.8, 0.8 - 0.9 * margin))).first().asString().contains("no winner");
    assertThat(read(twoRuns(0.8, 0.8 - 1.1 * margin))).first().asString().contains("is ahead of");
  }

  @Test
  void findings_bothShards_tellWhatByLabelCosts() {
    assertThat(read(Samples.comparison("small", 2)))
        .contains(
            "From shuffled to by-label shards, in points: local BN −32.0, Sync-BN ±0.0, GroupNorm(8)"
                + " ±0.0.");
  }

  @Test
  void findings_localNormOverTwoDenseValues_sayWhatThatIs() {
    assertThat(read(Samples.comparison("small-dense", 2)))
        .anyMatch(sentence -> sentence.contains("about −1 and +1"));
    assertThat(read(Samples.comparison("small-dense", 4)))
        .noneMatch(sentence -> sentence.contains("about −1 and +1"));
    assertThat(read(Samples.comparison("small", 2)))
        .noneMatch(sentence -> sentence.contains("about −1 and +1"));
  }

  @Test
  void findings_moreWorkersThanCores_warnAboutSpeed() {
    assertThat(read(Samples.comparison("small", 2)))
        .anyMatch(sentence -> sentence.contains("8 workers share 2 cores"));
  }

  @Test
  void findings_always_sayThatOneSeedHasNoErrorBars() {
    assertThat(read(twoRuns(0.8, 0.7))).anyMatch(sentence -> sentence.contains("no error bars"));
  }

  private static List<RunResult> twoRuns(double sync, double group) {
    return List.of(
        Samples.run("sync", "small", Shards.SHUFFLED, 2, sync),
        Samples.run("group:8", "small", Shards.SHUFFLED, 2, group));
  }

  private static List<String> read(List<RunResult> results) {
    return new Reading(Samples.report(results))
        .findings().stream().map(finding -> finding.topic() + ": " + finding.text()).toList();
  }
}
