package org.lockstep.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The socket under a channel, past the event loop: to look for a frame, or to send one, costs one
 * system call and no object. The loop may read and write the socket, too; it alone deals with the
 * end of the stream, which stays to be found there.
 *
 * <p>Thread rule: that of the channel's loop, while the channel is open.
 */
final class RawSocket {
  private final FileDescriptor socket;
  private ByteBuf in = Unpooled.EMPTY_BUFFER;
  private ByteBuffer view = in.nioBuffer();
  private Payload payload = Payload.of(view);

  private RawSocket(FileDescriptor socket) {
    this.socket = socket;
  }

  /**
   * The socket of {@code channel}, if that can be reached and no handler stands before the
   * handshake to change the bytes.
   */
  static @Nullable RawSocket under(Channel channel) {
    return channel instanceof UnixChannel unix && channel.pipeline().first() instanceof Handshake
        ? new RawSocket(unix.fd())
        : null;
  }

  /**
   * Reads what has come, but no more than there is room for, or is missing of {@code size} bytes.
   *
   * @return what was read and not taken yet; the socket's own buffer
   * @throws IOException if the connection is lost
   */
  ByteBuf read(int size) throws IOException {
    if (in.capacity() < size && !in.isReadable()) {
      in.release();
      in = PooledByteBufAllocator.DEFAULT.directBuffer(Math.max(size, FrameHeader.SIZE));
      view = in.nioBuffer(0, in.capacity());
      payload = Payload.of(view.position(FrameHeader.SIZE));
    }
    int limit = Math.min(size, in.capacity());
    if (in.writerIndex() < limit) {
      int read = socket.read(view, in.writerIndex(), limit);
      in.writerIndex(in.writerIndex() + Math.max(0, read));
    }
    return in;
  }

  /** What follows a header with which the buffer begins. */
  Payload payload() {
    return payload;
  }

  boolean hasUnread() {
    return in.isReadable();
  }

  /** What was read and not taken yet, which the caller releases. */
  ByteBuf handOver() {
    ByteBuf unread = in;
    in = Unpooled.EMPTY_BUFFER;
    view = in.nioBuffer();
    return unread;
  }

  /**
   * Writes what the kernel takes of {@code frame} at once.
   *
   * @return how many bytes that was; after an error, which is left for the loop to meet again, 0
   */
  int write(ByteBuf frame) {
    ByteBuffer bytes = frame.internalNioBuffer(frame.readerIndex(), frame.readableBytes());
    try {
      return socket.write(bytes, bytes.position(), bytes.limit());
    } catch (IOException e) {
      return 0;
    }
  }
}
