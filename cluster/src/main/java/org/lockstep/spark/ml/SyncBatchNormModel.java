package org.lockstep.spark.ml;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWriter;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import scala.Option;
import scala.reflect.ClassTag;

/**
 * What {@link SyncBatchNormClassifier} has trained: adds logits, probabilities and the class of
 * each row. Saved as Spark's metadata and {@code model.safetensors}, with PyTorch's names and
 * shapes.
 */
public final class SyncBatchNormModel extends Model<SyncBatchNormModel> implements MLWritable {
  private static final long serialVersionUID = 1L;
  private static final String FILE = "model.safetensors";

  private final String uid;
  private final byte[] model;
  private final NetworkParams shared;

  @SuppressWarnings("this-escape") // Params know their parent.
  SyncBatchNormModel(String uid, byte[] model) {
    this.uid = uid;
    this.model = model;
    shared = new NetworkParams(this);
  }

  SyncBatchNormModel withClasses(int classes) {
    set(shared.classes, classes);
    return this;
  }

  @Override
  public String uid() {
    return uid;
  }

  @Override
  public Param<?>[] params() {
    return shared.all().toArray(Param<?>[]::new);
  }

  /** The parameters and buffers of the network, a safetensors file. */
  public byte[] safetensors() {
    return model.clone();
  }

  public IntParam classes() {
    return shared.classes;
  }

  public SyncBatchNormModel setFeaturesCol(String name) {
    set(shared.features, name);
    return this;
  }

  public SyncBatchNormModel setPredictionCol(String name) {
    set(shared.prediction, name);
    return this;
  }

  /** Empty: no such column. */
  public SyncBatchNormModel setRawPredictionCol(String name) {
    set(shared.rawPrediction, name);
    return this;
  }

  /** Empty: no such column. */
  public SyncBatchNormModel setProbabilityCol(String name) {
    set(shared.probability, name);
    return this;
  }

  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    StructType schema = transformSchema(dataset.schema());
    SparkContext context = dataset.sparkSession().sparkContext();
    Broadcast<byte[]> weights = context.broadcast(model, ClassTag.apply(byte[].class));
    Prediction prediction =
        new Prediction(
            weights,
            getOrDefault(shared.network),
            getOrDefault(shared.norm),
            shared.shapeOf(this),
            (int) getOrDefault(shared.classes),
            dataset.schema().fieldIndex(getOrDefault(shared.features)),
            !getOrDefault(shared.rawPrediction).isEmpty(),
            !getOrDefault(shared.probability).isEmpty(),
            !getOrDefault(shared.prediction).isEmpty());
    return dataset.toDF().mapPartitions(prediction, Encoders.row(schema));
  }

  @Override
  public StructType transformSchema(StructType schema) {
    return shared.transform(this, schema);
  }

  @Override
  public SyncBatchNormModel copy(ParamMap extra) {
    return copyValues(new SyncBatchNormModel(uid, model), extra).setParent(parent());
  }

  @Override
  public MLWriter write() {
    return new Writer(this);
  }

  /** Reads what {@link #save} has written. */
  public static MLReader<SyncBatchNormModel> read() {
    return new Reader();
  }

  /** Reads what {@link #save} has written there. */
  public static SyncBatchNormModel load(String path) {
    return read().load(path);
  }

  private static final class Writer extends MLWriter {
    private final SyncBatchNormModel model;

    Writer(SyncBatchNormModel model) {
      this.model = model;
    }

    @Override
    public void saveImpl(String path) {
      DefaultParamsWriter.saveMetadata(model, path, sparkSession(), Option.empty(), Option.empty());
      Path file = new Path(path, FILE);
      try (FSDataOutputStream out =
          file.getFileSystem(sc().hadoopConfiguration()).create(file, true)) {
        out.write(model.model);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot write " + file + ": " + e.getMessage(), e);
      }
    }
  }

  private static final class Reader extends MLReader<SyncBatchNormModel> {
    @Override
    public SyncBatchNormModel load(String path) {
      DefaultParamsReader.Metadata metadata =
          DefaultParamsReader.loadMetadata(
              path, sparkSession(), SyncBatchNormModel.class.getName());
      Path file = new Path(path, FILE);
      try (FSDataInputStream in = file.getFileSystem(sc().hadoopConfiguration()).open(file)) {
        SyncBatchNormModel model = new SyncBatchNormModel(metadata.uid(), in.readAllBytes());
        metadata.getAndSetParams(model, metadata.getAndSetParams$default$2());
        return model;
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
      }
    }
  }
}
