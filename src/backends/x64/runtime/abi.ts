/**
 * How emitted code is called and calls: the System V calling convention of x86-64 Linux. The one place to change for
 * another system (Windows: arguments in rcx, rdx, r8, r9; rsi, rdi and xmm6-15 are the caller's; 32 bytes of shadow space).
 *
 * Source: System V Application Binary Interface, AMD64 Architecture Processor Supplement, section 3.2.
 *
 * @module
 */
import { type Assembler, type General, Register } from '../assembler/index.js'

const { rax, rbx, rcx, rdx, rbp, rsi, rdi, r8, r9, r10, r12, r13, r14, r15 } = Register

/** Where a function finds its integer arguments. */
export const ARGUMENTS: readonly General[] = [rdi, rsi, rdx, rcx, r8, r9]

/** Registers that a function gives back as it found them. All vector and mask registers are free to use. */
export const CALLEE_SAVED: readonly General[] = [rbx, rbp, r12, r13, r14, r15]

/** Where a system call finds its arguments; its number is in rax. It destroys rax, rcx and r11. */
export const SYSCALL_ARGUMENTS: readonly General[] = [rdi, rsi, rdx, r10, r8, r9]

/** Saves every callee-saved register and leaves the stack aligned to 16 bytes, as calls need it. */
export function enter(code: Assembler): void {
  for (const register of CALLEE_SAVED) code.push(register)
  // with the return address and six registers, 8 bytes are missing
  code.push(rax)
}

/** Undoes {@link enter} and returns. */
export function leave(code: Assembler): void {
  code.pop(rcx)
  for (const register of [...CALLEE_SAVED].reverse()) code.pop(register)
  code.return()
}
