package org.lockstep.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.security.MessageDigest;
import java.security.SecureRandom;

/**
 * How both sides of a new connection prove to each other that they know the job's token, without
 * saying it, and then say who they are. Challenge and response with HMAC-SHA-256 (RFC 2104); the
 * nonces are fresh random numbers, so nothing that was heard before is worth anything. The caller
 * proves itself first: who cannot learns nothing but a random number.
 *
 * <pre>
 *   caller                                                                   callee
 *     'L' 'K' 'S' version | nonce c (32)                                  ->
 *                                                          nonce s (32)   <-
 *     proof (32) | length (1) | introduction                              ->
 *                    verdict (1) | proof (32) | length (1) | introduction <-
 * </pre>
 *
 * <p>A proof is HMAC(token, side | c | s | verdict | introduction), where the side tells the
 * caller's from the callee's and the caller's verdict is 0. To a stranger the callee says the
 * verdict alone. It proves who is at the other end when the connection is made, and nothing about
 * the bytes behind it: against somebody on the wire there is {@link Tls}.
 *
 * <p>The handler stands before all others that see the connection's content, and leaves the
 * pipeline when the {@link Party} has prepared that for what comes.
 */
abstract class Handshake extends ByteToMessageDecoder {
  static final int NONCE = 32;
  static final int PROOF = 32;

  /** The introductions are a few numbers. */
  static final int MAX_INTRODUCTION = 255;

  private static final byte[] MAGIC = {'L', 'K', 'S', 2};
  static final int OPENING = MAGIC.length + NONCE;
  private static final SecureRandom RANDOM = new SecureRandom();

  /** The callee's answer; its ordinal is the byte on the wire. */
  enum Verdict {
    ADMITTED,
    /** The proof is wrong. */
    STRANGER,
    /** The proof is right, but the callee expects somebody else. */
    TURNED_AWAY
  }

  /** Tells one side's proofs from the other's, so that none can be sent back. */
  enum Side {
    CALLER,
    CALLEE
  }

  private final JobToken token;
  private final Party party;
  private boolean over;

  Handshake(JobToken token, Party party) {
    this.token = token;
    this.party = party;
  }

  final Party party() {
    return party;
  }

  static byte[] nonce() {
    byte[] nonce = new byte[NONCE];
    RANDOM.nextBytes(nonce);
    return nonce;
  }

  static byte[] take(ByteBuf in, int length) {
    byte[] bytes = new byte[length];
    in.readBytes(bytes);
    return bytes;
  }

  static void writeOpening(ByteBuf out, byte[] nonce) {
    out.writeBytes(MAGIC).writeBytes(nonce);
  }

  /** Whether the readable bytes, however few, can still become an opening. */
  static boolean mayOpen(ByteBuf in) {
    int length = Math.min(MAGIC.length, in.readableBytes());
    for (int i = 0; i < length; i++) {
      if (in.getByte(in.readerIndex() + i) != MAGIC[i]) {
        return false;
      }
    }
    return true;
  }

  /** Reads the nonce of an opening that has come whole. */
  static byte[] readOpening(ByteBuf in) {
    in.skipBytes(MAGIC.length);
    return take(in, NONCE);
  }

  final byte[] proof(
      Side side, byte[] callersNonce, byte[] calleesNonce, Verdict verdict, byte[] introduction) {
    byte[] who = {(byte) side.ordinal()};
    byte[] what = {(byte) verdict.ordinal()};
    return token.hmac(who, callersNonce, calleesNonce, what, introduction);
  }

  static boolean same(byte[] proof, byte[] expected) {
    return MessageDigest.isEqual(proof, expected);
  }

  static void writeIntroduction(ByteBuf out, byte[] introduction) {
    out.writeByte(introduction.length).writeBytes(introduction);
  }

  /** Whether a proof and an introduction lie {@code before} bytes behind the reader's place. */
  static boolean hasIntroduction(ByteBuf in, int before) {
    int fixed = before + PROOF + 1;
    return in.readableBytes() >= fixed
        && in.readableBytes() - fixed >= in.getUnsignedByte(in.readerIndex() + fixed - 1);
  }

  static byte[] readIntroduction(ByteBuf in) {
    return take(in, in.readUnsignedByte());
  }

  /** Whether it is decided, or too late. */
  final boolean isOver() {
    return over;
  }

  /** Is called once, when it is decided or too late. */
  void end(ChannelHandlerContext context) {
    over = true;
  }

  final void admit(ChannelHandlerContext context, byte[] theirs, Runnable answer) {
    end(context);
    party.admitted(
        context.channel(),
        theirs,
        () -> {
          answer.run();
          context.pipeline().remove(this);
        });
  }

  final void refuse(ChannelHandlerContext context, String why) {
    if (!over) {
      end(context);
      party.refused(context.channel(), why);
      context.close();
    }
  }

  /** Refuses behind what the other side is told. */
  final void turnAway(ChannelHandlerContext context, ByteBuf answer, String why) {
    end(context);
    party.refused(context.channel(), why);
    context.writeAndFlush(answer).addListener(ChannelFutureListener.CLOSE);
  }

  private void lose(ChannelHandlerContext context, String why) {
    if (!over) {
      end(context);
      party.lost(context.channel(), why);
      context.close();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) throws Exception {
    super.channelInactive(context);
    lose(context, "closed the connection before it had said who it is");
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    lose(context, "failed: " + Tls.reason(cause));
  }
}
