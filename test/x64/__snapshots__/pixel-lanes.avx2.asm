  push rbx
  push rbp
  push r12
  push r13
  push r14
  push r15
  add rsp,0xfffffffffffffc00
  mov QWORD PTR [rsp],rdi
  mov QWORD PTR [rsp+0x8],rsi
  mov QWORD PTR [rsp+0x10],rdx
  mov rcx,QWORD PTR [rsp]
  mov rcx,QWORD PTR [rcx+0x10]
  mov r10,QWORD PTR [rsp+0x8]
  mov r10,QWORD PTR [r10+0x8]
  add rcx,r10
  mov rdx,QWORD PTR [rsp]
  mov rdx,QWORD PTR [rdx+0x8]
  mov r10,QWORD PTR [rsp+0x8]
  mov r10,QWORD PTR [r10+0x28]
  add rdx,r10
  mov rdi,QWORD PTR [rsp]
  mov rdi,QWORD PTR [rdi+0x18]
  mov r10,QWORD PTR [rsp+0x8]
  mov r10,QWORD PTR [r10+0x10]
  add rdi,r10
  mov r8,QWORD PTR [rsp]
  mov r8,QWORD PTR [r8+0x28]
  mov r10,QWORD PTR [rsp+0x8]
  mov r10,QWORD PTR [r10+0x20]
  add r8,r10
  mov r9,QWORD PTR [rsp]
  mov r9,QWORD PTR [r9+0x20]
  mov r10,QWORD PTR [rsp+0x8]
  mov r10,QWORD PTR [r10+0x18]
  add r9,r10
  mov rsi,QWORD PTR [rsp+0x10]
  add rsi,0x40
  mov r10,rcx
  mov eax,0x3
  mov QWORD PTR [rsp+0x18],rax
  nop DWORD PTR [rax+0x0]
L1:
  mov r11,rdx
  movsxd rbx,DWORD PTR [r11]
  test rbx,rbx
  js L2
  add rbx,r10
  vmovups ymm0,YMMWORD PTR [constants+0x0]
  vmaskmovps ymm0,ymm0,YMMWORD PTR [rbx]
  vmovups YMMWORD PTR [rsi],ymm0
  jmp L3
L2:
  vxorps ymm0,ymm0,ymm0
  vmovups YMMWORD PTR [rsi],ymm0
L3:
  add r11,0x4
  add rsi,0x1c
  add rsi,0x24
  add r10,0x1c
  dec QWORD PTR [rsp+0x18]
  jne L1
  add rsi,0xffffffffffffff40
  vbroadcastss ymm0,DWORD PTR [r9]
  vbroadcastss ymm1,DWORD PTR [r9+0x4]
  vbroadcastss ymm2,DWORD PTR [r9+0x8]
  vbroadcastss ymm3,DWORD PTR [r9+0xc]
  vbroadcastss ymm4,DWORD PTR [r9+0x10]
  vmovups ymm5,YMMWORD PTR [rsi]
  vbroadcastss ymm6,DWORD PTR [rdi]
  vfmadd231ps ymm0,ymm5,ymm6
  vbroadcastss ymm6,DWORD PTR [rdi+0x4]
  vfmadd231ps ymm1,ymm5,ymm6
  vbroadcastss ymm6,DWORD PTR [rdi+0x8]
  vfmadd231ps ymm2,ymm5,ymm6
  vbroadcastss ymm6,DWORD PTR [rdi+0xc]
  vfmadd231ps ymm3,ymm5,ymm6
  vbroadcastss ymm6,DWORD PTR [rdi+0x10]
  vfmadd231ps ymm4,ymm5,ymm6
  vmovups ymm5,YMMWORD PTR [rsi+0x4]
  vbroadcastss ymm6,DWORD PTR [rdi+0x14]
  vfmadd231ps ymm0,ymm5,ymm6
  vbroadcastss ymm6,DWORD PTR [rdi+0x18]
  vfmadd231ps ymm1,ymm5,ymm6
  vbroadcastss ymm6,DWORD PTR [rdi+0x1c]
  vfmadd231ps ymm2,ymm5,ymm6
  vbroadcastss ymm6,DWORD PTR [rdi+0x20]
  vfmadd231ps ymm3,ymm5,ymm6
  vbroadcastss ymm6,DWORD PTR [rdi+0x24]
  vfmadd231ps ymm4,ymm5,ymm6
  vmovups ymm5,YMMWORD PTR [rsi+0x40]
  vbroadcastss ymm6,DWORD PTR [rdi+0x28]
  vfmadd231ps ymm0,ymm5,ymm6
  vbroadcastss ymm6,DWORD PTR [rdi+0x2c]
  vfmadd231ps ymm1,ymm5,ymm6
  vbroadcastss ymm6,DWORD PTR [rdi+0x30]
  vfmadd231ps ymm2,ymm5,ymm6
  vbroadcastss ymm6,DWORD PTR [rdi+0x34]
  vfmadd231ps ymm3,ymm5,ymm6
  vbroadcastss ymm6,DWORD PTR [rdi+0x38]
  vfmadd231ps ymm4,ymm5,ymm6
  vmovups ymm5,YMMWORD PTR [rsi+0x44]
  vbroadcastss ymm6,DWORD PTR [rdi+0x3c]
  vfmadd231ps ymm0,ymm5,ymm6
  vbroadcastss ymm6,DWORD PTR [rdi+0x40]
  vfmadd231ps ymm1,ymm5,ymm6
  vbroadcastss ymm6,DWORD PTR [rdi+0x44]
  vfmadd231ps ymm2,ymm5,ymm6
  vbroadcastss ymm6,DWORD PTR [rdi+0x48]
  vfmadd231ps ymm3,ymm5,ymm6
  vbroadcastss ymm6,DWORD PTR [rdi+0x4c]
  vfmadd231ps ymm4,ymm5,ymm6
  vmovups ymm5,YMMWORD PTR [rsi+0x80]
  vbroadcastss ymm6,DWORD PTR [rdi+0x50]
  vfmadd231ps ymm0,ymm5,ymm6
  vbroadcastss ymm6,DWORD PTR [rdi+0x54]
  vfmadd231ps ymm1,ymm5,ymm6
  vbroadcastss ymm6,DWORD PTR [rdi+0x58]
  vfmadd231ps ymm2,ymm5,ymm6
  vbroadcastss ymm6,DWORD PTR [rdi+0x5c]
  vfmadd231ps ymm3,ymm5,ymm6
  vbroadcastss ymm6,DWORD PTR [rdi+0x60]
  vfmadd231ps ymm4,ymm5,ymm6
  vmovups ymm5,YMMWORD PTR [rsi+0x84]
  vbroadcastss ymm6,DWORD PTR [rdi+0x64]
  vfmadd231ps ymm0,ymm5,ymm6
  vbroadcastss ymm6,DWORD PTR [rdi+0x68]
  vfmadd231ps ymm1,ymm5,ymm6
  vbroadcastss ymm6,DWORD PTR [rdi+0x6c]
  vfmadd231ps ymm2,ymm5,ymm6
  vbroadcastss ymm6,DWORD PTR [rdi+0x70]
  vfmadd231ps ymm3,ymm5,ymm6
  vbroadcastss ymm6,DWORD PTR [rdi+0x74]
  vfmadd231ps ymm4,ymm5,ymm6
  vmovups XMMWORD PTR [r8],xmm0
  vextractf128 xmm5,ymm0,0x1
  vmovlps QWORD PTR [r8+0x10],xmm5
  vmovups XMMWORD PTR [r8+0x18],xmm1
  vextractf128 xmm0,ymm1,0x1
  vmovlps QWORD PTR [r8+0x28],xmm0
  vmovups XMMWORD PTR [r8+0x30],xmm2
  vextractf128 xmm0,ymm2,0x1
  vmovlps QWORD PTR [r8+0x40],xmm0
  vmovups XMMWORD PTR [r8+0x48],xmm3
  vextractf128 xmm0,ymm3,0x1
  vmovlps QWORD PTR [r8+0x58],xmm0
  vmovups XMMWORD PTR [r8+0x60],xmm4
  vextractf128 xmm0,ymm4,0x1
  vmovlps QWORD PTR [r8+0x70],xmm0
  add rdi,0x78
  add r8,0x78
  add r9,0x14
  add rcx,0x54
  add rsp,0x400
  pop r15
  pop r14
  pop r13
  pop r12
  pop rbp
  pop rbx
  vzeroupper
  ret
