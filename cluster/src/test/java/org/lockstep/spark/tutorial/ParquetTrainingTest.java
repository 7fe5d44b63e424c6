package org.lockstep.spark.tutorial;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(240)
class ParquetTrainingTest {
  @TempDir Path directory;

  @Test
  void run_onDigits_writesParquetAndLearnsFromIt() {
    StringWriter text = new StringWriter();
    ParquetTraining.run(new PrintWriter(text, true), "local[2]", directory.toString());
    assertThat(directory.resolve("train.parquet/_SUCCESS")).exists();
    Matcher found =
        Pattern.compile("1498 training rows and 299 test rows in \\S+: accuracy ([\\d.]+) %\\R")
            .matcher(text.toString());
    assertThat(found.matches()).as(text.toString()).isTrue();
    assertThat(Double.parseDouble(found.group(1))).isGreaterThan(80);
  }
}
