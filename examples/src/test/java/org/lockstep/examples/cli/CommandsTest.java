package org.lockstep.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** Wrong usage; none of these starts a worker or leaves a file. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class CommandsTest {
  @TempDir Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "                                    | expected a command",
        "contrast                            | contrast",
        "bench                               | expected allreduce, epoch, norm or step, found none",
        "example                             | expected arithmetic, parquet, tutorial, variants or batches",
        "example tutorial --batch 1          | batches of 2 images or more",
        "example tutorial --data digits      | model lenet-bn",
        "train --dry-run --resume            | expected a run from its start",
        "example batches --min-workers 2     | --min-workers: expected none",
        "example variants --data nix         | 'nix'",
        "example batches --norms nix --dry-run | unknown norm 'nix'",
        "train --dry-run --batch 4000        | expected images for at least 2 steps",
        "bench allreduce --workers 1         | --workers: expected at least 2",
        "bench epoch --epochs 0               | expected --epochs of 1 or more",
        "example parquet                     | expected --master URL, found none",
        "init                                | DIR",
        "init x --package 1x                 | --package: expected a Java package as com.example",
        "init x --package com.new.y          | found 'com.new.y'",
        "init a+b                            | expected a directory named with letters, digits",
        "init /                              | expected a directory named with letters, digits",
        "train --augment rotate              | augment: expected none, flip, crop:PIXELS",
        "train --augment crop:28             | augment: expected a crop below the size of the images",
        "train --data folder:28x28           | --data-dir",
        "train --data npz --data-dir /nowhere/at/all | /nowhere/at/all",
        "train --checkpoint-every x          | --checkpoint-every: expected a number of steps",
        "train --keep 0                      | 1 or more to keep",
        "train --max-restarts -1             | --max-restarts: expected 0 or more",
        "train --min-workers 3               | --min-workers: expected 1 to 2",
        "compare --min-workers 2             | --min-workers: expected none",
        "train --fault murder:rank=1         | fault 'murder:rank=1': expected one of kill, stop,",
        "train --fault kill:step=5           | fault 'kill:step=5': rank: expected a number",
        "train --fault delay:rank=1          | time: expected one such as delay:200ms, found none",
        "train --fault kill:rank=2           | --fault: expected a rank of 0 to 1, found kill:rank=2",
        "train --min-workers 1 --norm sync:2 | sync:2",
        "train --patience -1                 | patience: expected 0",
        "train --tls-keystore k.p12          | --tls-truststore: expected both or none, found only one",
        "train --tls-keystore k --tls-truststore t | --tls-password-file or in LOCKSTEP_TLS_PASSWORD",
        "train --tls-keystore k --tls-truststore t --tls-password-file /nowhere | cannot read /nowhere",
        "train --precision float64           | unknown precision 'float64': expected float32 or bf16",
        "compare --precision half            | unknown precision 'half': expected float32 or bf16",
        "bench step --precision bf           | unknown precision 'bf': expected float32 or bf16",
        "train --checkpoint-dir hdfs://a/b   | only with --master or spark-submit",
        "bench step --workers 0              | --workers: expected at least 1, found 0",
        "bench allreduce --floats 0          | expected sizes and repeats of 1 or more",
        "bench step --model nix              | nix",
        "bench step --batch 4000             | expected images for at least 2 steps",
        "bench norm --norms none             | 'none'",
        "bench norm --norms group:5          | 5",
        "evaluate                            | --checkpoint",
        "evaluate --checkpoint /nowhere/at/all | /nowhere/at/all",
        "export --format onnx --out f        | --checkpoint",
        "export --checkpoint c --format onnx | --out",
        "export --checkpoint c --out f       | --format",
        "export --checkpoint c --format pt --out f | unknown format 'pt': expected onnx or",
        "export --checkpoint /nowhere/at/all --format onnx --out f | /nowhere/at/all",
        "import --out o                      | --from",
        "import --from f --out o --norm batch | unknown norm 'batch'",
        "doctor --workers 0                  | --workers: expected at least 1, found 0",
        "doctor --master local --threads 2   | --threads: on Spark spark.task.cpus says",
        "verify                              | --cases",
        "verify --cases . --precision half   | --precision: expected float32, float64 or all, found",
        "verify --cases . --workers threads  | --workers: expected in-process or processes, found",
        "compare --colour                    | --colour",
        "compare --norms local,batch         | unknown norm 'batch'",
        "compare --norms group:0             | positive whole number",
        "compare --norms group:5             | 5",
        "compare --norms sync:3 --workers 8  | 3",
        "compare --model tiny                | tiny",
        "compare --data letters              | letters",
        "compare --data-dir /nowhere/at/all --data mnist | /nowhere/at/all",
        "compare --data mnist                | --data-dir",
        "compare --shards striped            | unknown shards 'striped'",
        "compare --statistics mean           | unknown statistics 'mean'",
        "evaluate --checkpoint c --statistics mean | unknown statistics 'mean'",
        "bench step --statistics both        | --statistics",
        "compare --workers 0                 | --workers: expected at least 1, found 0",
        "compare --workers eight             | eight",
        "compare --master local --threads 2  | --threads: on Spark spark.task.cpus says",
        "compare --workers 8 --limit 4       | workers: expected at most one for each of the 4",
        "compare --batch -2                  | batch: expected at least 1",
        "compare --batch 2,x                 | 'x'",
        "compare --model small-dense --batch 1 --norms local | norm local with model small-dense: in step 1",
        "compare --epochs 0                  | epochs: expected at least 1",
        "compare --limit -1                  | limit: expected 0",
        "compare --learning-rate 0           | learning-rate: expected a positive number",
        "compare --momentum 1                | momentum: expected 0 to below 1",
        "compare --weight-decay -1           | weight-decay: expected 0 or more",
        "compare --schedule sine             | schedule 'sine'",
        "compare --port 70000                | --port: expected 0",
        "compare --timeout 0                 | --timeout: expected",
        "compare --threads 0                 | --threads",
        "dashboard --dir /nowhere/at/all     | --dir: expected a directory with runs, found none at /nowhere",
        "dashboard --dir . --port 70000      | --port: expected 0 to 65535, found 70000",
        "dashboard --dir . --host a.invalid  | --host: expected a name or address of this machine",
        "dashboard --dir . --host 192.0.2.1 --port 0 | cannot listen on 192.0.2.1:0",
        "train --norm batch                  | unknown norm 'batch'",
        "train --batch 0                     | batch: expected at least 1",
      })
  void execute_wrongUsage_isOneSentenceAndCode2(@Nullable String arguments, String expected) {
    int code = execute(arguments);

    assertThat(err.toString()).contains(expected).startsWith("lockstep");
    assertThat(err.toString().lines()).hasSize(1);
    assertThat(code).isEqualTo(2);
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void execute_wrongUsageWithAnOutputDirectory_doesNotMakeIt() {
    Path target = directory.resolve("out");

    int code = execute("compare --workers 0 --out " + target);

    assertThat(code).isEqualTo(2);
    assertThat(target).doesNotExist();
  }

  @Test
  void execute_outputBelowAFile_isWrongUsage() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));

    int code = execute("compare --out " + file.resolve("below"));

    assertThat(code).isEqualTo(2);
    assertThat(err.toString()).contains("cannot write to the directory", "file");
  }

  @Test
  void execute_verbose_addsTheStackTrace() {
    execute("compare --norms batch --verbose");

    assertThat(err.toString()).contains("unknown norm 'batch'").contains("at org.lockstep");
  }

  @Test
  void execute_help_listsOptionsWithDefaults() {
    int code = execute("compare --help");

    assertThat(code).isZero();
    assertThat(out.toString())
        .contains("--norms=NORM")
        .contains("default: 8")
        .contains("default: local,sync,group")
        .contains("default: shuffled,by-label")
        .contains("default: fashion-mini")
        .contains("default: ema")
        .contains("--verbose");
  }

  @Test
  void execute_helpOfTrain_saysHowToMakeAWorkerFail() {
    execute("train --help");

    assertThat(out.toString().replaceAll("\\s+", ""))
        .contains("--fault=FAULT", "kill:rank=1,step=5,layer=norm1,phase=forward", "half-close");
  }

  private int execute(@Nullable String arguments) {
    CommandLine line =
        Commands.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    List<String> words = arguments == null ? List.of() : List.of(arguments.split("\\s+"));
    return line.execute(words.toArray(String[]::new));
  }
}
