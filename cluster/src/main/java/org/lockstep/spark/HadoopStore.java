package org.lockstep.spark;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.StreamCapabilities;
import org.apache.spark.SparkEnv;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.lockstep.checkpoint.Checkpoint;
import org.lockstep.checkpoint.CheckpointException;
import org.lockstep.checkpoint.CheckpointStore;
import org.lockstep.checkpoint.CheckpointStores;

/**
 * Checkpoints in a directory of any of Hadoop's file systems, configured as Spark's are ({@code
 * spark.hadoop.*}). An object store renames no directory at once, so a checkpoint's files are
 * written in their place, in order: the last of them is the manifest, and without a whole manifest
 * there is no checkpoint. No name is written twice, so a writer who is stopped leaves at most files
 * without a manifest, which go with the checkpoints of their step.
 *
 * <p>That holds in HDFS, in whose directories a file's name is taken by one writer only and whose
 * hsync leaves the bytes on the datanodes' disks, and in object stores whose reads and lists show
 * what was written, as those of S3, Google and Azure do: there an object appears with its last
 * byte, and a file is one object. Hadoop's own local file system forces files, but no names, to
 * disk: for power cuts name a path, not a {@code file:} URL.
 */
final class HadoopStore implements CheckpointStore {
  private final Path parent;
  private final Configuration configuration;

  private HadoopStore(Path parent, Configuration configuration) {
    this.parent = parent;
    this.configuration = configuration;
  }

  /** Found by {@link java.util.ServiceLoader}. */
  public static final class Provider implements CheckpointStores.Provider {
    @Override
    public CheckpointStore open(URI url) {
      SparkEnv env = SparkEnv.get();
      SparkHadoopUtil hadoop = SparkHadoopUtil.get();
      return new HadoopStore(
          new Path(url), env == null ? hadoop.conf() : hadoop.newConfiguration(env.conf()));
    }
  }

  @Override
  public boolean write(String name, Map<String, byte[]> files) throws IOException {
    FileSystem system = system();
    Path directory = new Path(parent, name);
    if (system.exists(directory)) {
      return false;
    }
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      write(system, new Path(directory, file.getKey()), file.getValue());
    }
    return true;
  }

  private static void write(FileSystem system, Path file, byte[] content) throws IOException {
    try (FSDataOutputStream out = system.create(file, false)) {
      out.write(content);
      if (out.hasCapability(StreamCapabilities.HSYNC)) {
        out.hsync();
      }
    } catch (IOException e) {
      throw new CheckpointException(
          "cannot write the checkpoint's " + file + ": " + e.getMessage(), e);
    }
  }

  @Override
  public byte[] read(String name, String file) throws IOException {
    Path directory = new Path(parent, name);
    try (var in = system().open(new Path(directory, file))) {
      return in.readAllBytes();
    } catch (FileNotFoundException e) {
      throw new CheckpointException(
          "checkpoint " + directory + " is not complete: " + file + " is missing", e);
    } catch (ChecksumException e) {
      throw new CheckpointException(
          new Path(directory, file) + " is damaged: " + e.getMessage(), e);
    }
  }

  @Override
  public List<String> names() throws IOException {
    try {
      return Arrays.stream(system().listStatus(parent))
          .filter(FileStatus::isDirectory)
          .map(directory -> directory.getPath().getName())
          .filter(name -> !name.startsWith("."))
          .sorted()
          .toList();
    } catch (FileNotFoundException e) {
      return List.of();
    }
  }

  @Override
  public void delete(String name) throws IOException {
    Path directory = new Path(parent, name);
    system().delete(new Path(directory, Checkpoint.MANIFEST), false);
    system().delete(directory, true);
  }

  @Override
  public String place(String name) {
    return new Path(parent, name).toString();
  }

  /** Hadoop caches it. */
  private FileSystem system() throws IOException {
    try {
      return parent.getFileSystem(configuration);
    } catch (IOException | RuntimeException e) {
      throw new CheckpointException(
          "cannot reach the file system of " + parent + ": " + e.getMessage(), e);
    }
  }
}
