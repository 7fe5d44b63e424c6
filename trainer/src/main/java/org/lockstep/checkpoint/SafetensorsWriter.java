package org.lockstep.checkpoint;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Writes the safetensors format:
 *
 * <pre>
 *   0        8           8 + L                               end
 *   +--------+-----------+--------------+--------------+-----+
 *   | L, u64 | JSON, L B | tensor 0     | tensor 1     | ... |
 *   +--------+-----------+--------------+--------------+-----+
 * </pre>
 *
 * Everything is little-endian. The JSON object gives each tensor's {@code dtype}, {@code shape} and
 * {@code data_offsets} (begin and end, from 8 + L on). L is a multiple of 8 and wide numbers come
 * first, so every number is aligned.
 */
final class SafetensorsWriter {
  private SafetensorsWriter() {}

  static byte[] write(Map<String, Tensor> tensors) throws IOException {
    List<Map.Entry<String, Tensor>> ordered =
        tensors.entrySet().stream().sorted(Comparator.comparing(SafetensorsWriter::width)).toList();
    byte[] header = header(ordered);
    int padded = (header.length + 7) / 8 * 8;
    int data = ordered.stream().mapToInt(e -> e.getValue().data().capacity()).sum();
    ByteBuffer file =
        ByteBuffer.allocate(Long.BYTES + padded + data).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(padded).put(header);
    while (file.position() < Long.BYTES + padded) {
      file.put((byte) ' ');
    }
    ordered.forEach(entry -> file.put(entry.getValue().data().duplicate()));
    return file.array();
  }

  private static int width(Map.Entry<String, Tensor> entry) {
    return -entry.getValue().type().bytes;
  }

  private static byte[] header(List<Map.Entry<String, Tensor>> tensors) throws IOException {
    JsonMapper json = new JsonMapper();
    ObjectNode header = json.createObjectNode();
    long offset = 0;
    for (Map.Entry<String, Tensor> entry : tensors) {
      Tensor tensor = entry.getValue();
      ObjectNode description = header.putObject(entry.getKey());
      description.put("dtype", tensor.type().name());
      tensor.shape().forEach(description.putArray("shape")::add);
      description.putArray("data_offsets").add(offset).add(offset + tensor.data().capacity());
      offset += tensor.data().capacity();
    }
    return json.writeValueAsBytes(header);
  }
}
