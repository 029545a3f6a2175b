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
  mov rcx,QWORD PTR [rsp+0x10]
  add rcx,0x300
  mov rcx,QWORD PTR [rsp]
  mov rcx,QWORD PTR [rcx+0x8]
  mov rdx,QWORD PTR [rsp+0x8]
  mov rdx,QWORD PTR [rdx+0x20]
  add rcx,rdx
  mov QWORD PTR [rsp+0x20],rcx
  mov rcx,QWORD PTR [rsp+0x8]
  mov rcx,QWORD PTR [rcx+0x28]
  mov QWORD PTR [rsp+0x18],rcx
  nop WORD PTR [rax+rax*1+0x0]
  nop DWORD PTR [rax+rax*1+0x0]
L1:
  mov rcx,QWORD PTR [rsp+0x20]
  mov rdi,QWORD PTR [rsp+0x10]
  add rdi,0x40
  mov rdx,QWORD PTR [rsp]
  mov rdx,QWORD PTR [rdx+0x18]
  mov r9,QWORD PTR [rsp+0x8]
  mov r9,QWORD PTR [r9+0x10]
  add rdx,r9
  movsxd rsi,DWORD PTR [rcx]
  add rsi,rsi
  add rsi,rsi
  add rdx,rsi
  mov r8,QWORD PTR [rsp]
  mov r8,QWORD PTR [r8+0x8]
  movsxd rsi,DWORD PTR [rcx+0x8]
  add r8,rsi
  mov r9,rdx
  mov eax,0x3
  mov QWORD PTR [rsp+0x28],rax
  nop WORD PTR [rax+rax*1+0x0]
  nop WORD PTR [rax+rax*1+0x0]
  nop DWORD PTR [rax+0x0]
L2:
  mov r10,r8
  movsxd r11,DWORD PTR [r10]
  test r11,r11
  js L3
  add r11,r9
  mov eax,0x7f
  kmovw k1,eax
  vmovups zmm0{k1}{z},ZMMWORD PTR [r11]
  vmovups ZMMWORD PTR [rdi],zmm0
  jmp L4
L3:
  vxorps zmm0,zmm0,zmm0
  vmovups ZMMWORD PTR [rdi],zmm0
L4:
  add r10,0x4
  add rdi,0x1c
  add rdi,0x24
  add r9,0x1c
  dec QWORD PTR [rsp+0x28]
  jne L2
  add rdi,0xffffffffffffff40
  add rdi,0x140
  mov rdx,QWORD PTR [rsp]
  mov rdx,QWORD PTR [rdx+0x10]
  mov r8,QWORD PTR [rsp+0x8]
  mov r8,QWORD PTR [r8+0x8]
  add rdx,r8
  movsxd rsi,DWORD PTR [rcx+0x4]
  add rsi,rsi
  add rsi,rsi
  add rdx,rsi
  mov eax,0x3f
  kmovw k1,eax
  vmovups zmm0{k1}{z},ZMMWORD PTR [rdx]
  vmovups zmm1{k1}{z},ZMMWORD PTR [rdx+0x18]
  vmovups zmm2{k1}{z},ZMMWORD PTR [rdx+0x30]
  vmovups zmm3{k1}{z},ZMMWORD PTR [rdx+0x48]
  vmovups zmm4{k1}{z},ZMMWORD PTR [rdx+0x60]
  vxorps zmm5,zmm5,zmm5
  vxorps zmm6,zmm6,zmm6
  vxorps zmm7,zmm7,zmm7
  vxorps zmm8,zmm8,zmm8
  vxorps zmm9,zmm9,zmm9
  vxorps zmm10,zmm10,zmm10
  vxorps zmm11,zmm11,zmm11
  vxorps zmm12,zmm12,zmm12
  vxorps zmm13,zmm13,zmm13
  vxorps zmm14,zmm14,zmm14
  vxorps zmm15,zmm15,zmm15
  vunpcklps zmm16,zmm0,zmm1
  vunpckhps zmm1,zmm0,zmm1
  vunpcklps zmm0,zmm2,zmm3
  vunpckhps zmm3,zmm2,zmm3
  vunpcklps zmm2,zmm4,zmm5
  vunpckhps zmm5,zmm4,zmm5
  vunpcklps zmm4,zmm6,zmm7
  vunpckhps zmm7,zmm6,zmm7
  vunpcklps zmm6,zmm8,zmm9
  vunpckhps zmm9,zmm8,zmm9
  vunpcklps zmm8,zmm10,zmm11
  vunpckhps zmm11,zmm10,zmm11
  vunpcklps zmm10,zmm12,zmm13
  vunpckhps zmm13,zmm12,zmm13
  vunpcklps zmm12,zmm14,zmm15
  vunpckhps zmm15,zmm14,zmm15
  vunpcklpd zmm14,zmm16,zmm0
  vunpckhpd zmm0,zmm16,zmm0
  vunpcklpd zmm16,zmm1,zmm3
  vunpckhpd zmm3,zmm1,zmm3
  vunpcklpd zmm1,zmm2,zmm4
  vunpckhpd zmm4,zmm2,zmm4
  vunpcklpd zmm2,zmm5,zmm7
  vunpckhpd zmm7,zmm5,zmm7
  vunpcklpd zmm5,zmm6,zmm8
  vunpckhpd zmm8,zmm6,zmm8
  vunpcklpd zmm6,zmm9,zmm11
  vunpckhpd zmm11,zmm9,zmm11
  vunpcklpd zmm9,zmm10,zmm12
  vunpckhpd zmm12,zmm10,zmm12
  vunpcklpd zmm10,zmm13,zmm15
  vunpckhpd zmm15,zmm13,zmm15
  vshuff32x4 zmm13,zmm14,zmm1,0x88
  vshuff32x4 zmm1,zmm14,zmm1,0xdd
  vshuff32x4 zmm14,zmm16,zmm2,0x88
  vshuff32x4 zmm2,zmm16,zmm2,0xdd
  vshuff32x4 zmm16,zmm0,zmm4,0x88
  vshuff32x4 zmm4,zmm0,zmm4,0xdd
  vshuff32x4 zmm0,zmm3,zmm7,0x88
  vshuff32x4 zmm7,zmm3,zmm7,0xdd
  vshuff32x4 zmm3,zmm5,zmm9,0x88
  vshuff32x4 zmm9,zmm5,zmm9,0xdd
  vshuff32x4 zmm5,zmm6,zmm10,0x88
  vshuff32x4 zmm10,zmm6,zmm10,0xdd
  vshuff32x4 zmm6,zmm8,zmm12,0x88
  vshuff32x4 zmm12,zmm8,zmm12,0xdd
  vshuff32x4 zmm8,zmm11,zmm15,0x88
  vshuff32x4 zmm15,zmm11,zmm15,0xdd
  vshuff32x4 zmm11,zmm13,zmm3,0x88
  vshuff32x4 zmm3,zmm13,zmm3,0xdd
  vshuff32x4 zmm13,zmm14,zmm5,0x88
  vshuff32x4 zmm5,zmm14,zmm5,0xdd
  vshuff32x4 zmm14,zmm16,zmm6,0x88
  vshuff32x4 zmm6,zmm16,zmm6,0xdd
  vshuff32x4 zmm16,zmm0,zmm8,0x88
  vshuff32x4 zmm8,zmm0,zmm8,0xdd
  vshuff32x4 zmm0,zmm1,zmm9,0x88
  vshuff32x4 zmm9,zmm1,zmm9,0xdd
  vshuff32x4 zmm1,zmm2,zmm10,0x88
  vshuff32x4 zmm10,zmm2,zmm10,0xdd
  vshuff32x4 zmm2,zmm4,zmm12,0x88
  vshuff32x4 zmm12,zmm4,zmm12,0xdd
  vshuff32x4 zmm4,zmm7,zmm15,0x88
  vshuff32x4 zmm15,zmm7,zmm15,0xdd
  vmovups ZMMWORD PTR [rdi],zmm11
  vmovups ZMMWORD PTR [rdi+0x40],zmm14
  vmovups ZMMWORD PTR [rdi+0x80],zmm13
  vmovups ZMMWORD PTR [rdi+0xc0],zmm16
  vmovups ZMMWORD PTR [rdi+0x100],zmm0
  vmovups ZMMWORD PTR [rdi+0x140],zmm2
  add rdx,0x18
  add rdi,0x180
  add rdx,0x60
  add rdi,0xfffffffffffffec0
  add rcx,0xc
  mov QWORD PTR [rsp+0x20],rcx
  mov rcx,QWORD PTR [rsp+0x10]
  add rcx,0x40
  lea rdx,[rcx+0x140]
  mov rsi,QWORD PTR [rsp+0x10]
  add rsi,0x300
  vxorps zmm0,zmm0,zmm0
  vxorps zmm1,zmm1,zmm1
  vxorps zmm2,zmm2,zmm2
  vxorps zmm3,zmm3,zmm3
  vxorps zmm4,zmm4,zmm4
  vxorps zmm5,zmm5,zmm5
  vmovups zmm6,ZMMWORD PTR [rdx]
  vfmadd231ps zmm0,zmm6,DWORD BCST [rcx]
  vfmadd231ps zmm1,zmm6,DWORD BCST [rcx+0x4]
  vfmadd231ps zmm2,zmm6,DWORD BCST [rcx+0x40]
  vfmadd231ps zmm3,zmm6,DWORD BCST [rcx+0x44]
  vfmadd231ps zmm4,zmm6,DWORD BCST [rcx+0x80]
  vfmadd231ps zmm5,zmm6,DWORD BCST [rcx+0x84]
  vmovups zmm6,ZMMWORD PTR [rdx+0x40]
  vfmadd231ps zmm0,zmm6,DWORD BCST [rcx+0x4]
  vfmadd231ps zmm1,zmm6,DWORD BCST [rcx+0x8]
  vfmadd231ps zmm2,zmm6,DWORD BCST [rcx+0x44]
  vfmadd231ps zmm3,zmm6,DWORD BCST [rcx+0x48]
  vfmadd231ps zmm4,zmm6,DWORD BCST [rcx+0x84]
  vfmadd231ps zmm5,zmm6,DWORD BCST [rcx+0x88]
  vmovups zmm6,ZMMWORD PTR [rdx+0x80]
  vfmadd231ps zmm0,zmm6,DWORD BCST [rcx+0x8]
  vfmadd231ps zmm1,zmm6,DWORD BCST [rcx+0xc]
  vfmadd231ps zmm2,zmm6,DWORD BCST [rcx+0x48]
  vfmadd231ps zmm3,zmm6,DWORD BCST [rcx+0x4c]
  vfmadd231ps zmm4,zmm6,DWORD BCST [rcx+0x88]
  vfmadd231ps zmm5,zmm6,DWORD BCST [rcx+0x8c]
  vmovups zmm6,ZMMWORD PTR [rdx+0xc0]
  vfmadd231ps zmm0,zmm6,DWORD BCST [rcx+0xc]
  vfmadd231ps zmm1,zmm6,DWORD BCST [rcx+0x10]
  vfmadd231ps zmm2,zmm6,DWORD BCST [rcx+0x4c]
  vfmadd231ps zmm3,zmm6,DWORD BCST [rcx+0x50]
  vfmadd231ps zmm4,zmm6,DWORD BCST [rcx+0x8c]
  vfmadd231ps zmm5,zmm6,DWORD BCST [rcx+0x90]
  vmovups zmm6,ZMMWORD PTR [rdx+0x100]
  vfmadd231ps zmm0,zmm6,DWORD BCST [rcx+0x10]
  vfmadd231ps zmm1,zmm6,DWORD BCST [rcx+0x14]
  vfmadd231ps zmm2,zmm6,DWORD BCST [rcx+0x50]
  vfmadd231ps zmm3,zmm6,DWORD BCST [rcx+0x54]
  vfmadd231ps zmm4,zmm6,DWORD BCST [rcx+0x90]
  vfmadd231ps zmm5,zmm6,DWORD BCST [rcx+0x94]
  vmovups zmm6,ZMMWORD PTR [rdx+0x140]
  vfmadd231ps zmm0,zmm6,DWORD BCST [rcx+0x14]
  vfmadd231ps zmm1,zmm6,DWORD BCST [rcx+0x18]
  vfmadd231ps zmm2,zmm6,DWORD BCST [rcx+0x54]
  vfmadd231ps zmm3,zmm6,DWORD BCST [rcx+0x58]
  vfmadd231ps zmm4,zmm6,DWORD BCST [rcx+0x94]
  vfmadd231ps zmm5,zmm6,DWORD BCST [rcx+0x98]
  vmovups ZMMWORD PTR [rsi],zmm0
  vmovups ZMMWORD PTR [rsi+0x40],zmm1
  vmovups ZMMWORD PTR [rsi+0x80],zmm2
  vmovups ZMMWORD PTR [rsi+0xc0],zmm3
  vmovups ZMMWORD PTR [rsi+0x100],zmm4
  vmovups ZMMWORD PTR [rsi+0x140],zmm5
  add rcx,0xc0
  add rsi,0x180
  add rcx,0xffffffffffffff40
  add rsi,0xfffffffffffffe80
  add rdx,0x40
  add rsi,0x40
  dec QWORD PTR [rsp+0x18]
  jne L1
  mov rcx,QWORD PTR [rsp+0x10]
  add rcx,0x300
  mov rdx,QWORD PTR [rsp]
  mov rdx,QWORD PTR [rdx+0x28]
  mov rsi,QWORD PTR [rsp+0x8]
  mov rsi,QWORD PTR [rsi+0x30]
  add rdx,rsi
  vmovups zmm0,ZMMWORD PTR [rcx]
  vmovups zmm1,ZMMWORD PTR [rcx+0x40]
  vmovups zmm2,ZMMWORD PTR [rcx+0x80]
  vmovups zmm3,ZMMWORD PTR [rcx+0xc0]
  vmovups zmm4,ZMMWORD PTR [rcx+0x100]
  vmovups zmm5,ZMMWORD PTR [rcx+0x140]
  vunpcklps zmm16,zmm0,zmm1
  vunpckhps zmm1,zmm0,zmm1
  vunpcklps zmm0,zmm2,zmm3
  vunpckhps zmm3,zmm2,zmm3
  vunpcklps zmm2,zmm4,zmm5
  vunpckhps zmm5,zmm4,zmm5
  vunpcklps zmm4,zmm6,zmm7
  vunpckhps zmm7,zmm6,zmm7
  vunpcklps zmm6,zmm8,zmm9
  vunpckhps zmm9,zmm8,zmm9
  vunpcklps zmm8,zmm10,zmm11
  vunpckhps zmm11,zmm10,zmm11
  vunpcklps zmm10,zmm12,zmm13
  vunpckhps zmm13,zmm12,zmm13
  vunpcklps zmm12,zmm14,zmm15
  vunpckhps zmm15,zmm14,zmm15
  vunpcklpd zmm14,zmm16,zmm0
  vunpckhpd zmm0,zmm16,zmm0
  vunpcklpd zmm16,zmm1,zmm3
  vunpckhpd zmm3,zmm1,zmm3
  vunpcklpd zmm1,zmm2,zmm4
  vunpckhpd zmm4,zmm2,zmm4
  vunpcklpd zmm2,zmm5,zmm7
  vunpckhpd zmm7,zmm5,zmm7
  vunpcklpd zmm5,zmm6,zmm8
  vunpckhpd zmm8,zmm6,zmm8
  vunpcklpd zmm6,zmm9,zmm11
  vunpckhpd zmm11,zmm9,zmm11
  vunpcklpd zmm9,zmm10,zmm12
  vunpckhpd zmm12,zmm10,zmm12
  vunpcklpd zmm10,zmm13,zmm15
  vunpckhpd zmm15,zmm13,zmm15
  vshuff32x4 zmm13,zmm14,zmm1,0x88
  vshuff32x4 zmm1,zmm14,zmm1,0xdd
  vshuff32x4 zmm14,zmm16,zmm2,0x88
  vshuff32x4 zmm2,zmm16,zmm2,0xdd
  vshuff32x4 zmm16,zmm0,zmm4,0x88
  vshuff32x4 zmm4,zmm0,zmm4,0xdd
  vshuff32x4 zmm0,zmm3,zmm7,0x88
  vshuff32x4 zmm7,zmm3,zmm7,0xdd
  vshuff32x4 zmm3,zmm5,zmm9,0x88
  vshuff32x4 zmm9,zmm5,zmm9,0xdd
  vshuff32x4 zmm5,zmm6,zmm10,0x88
  vshuff32x4 zmm10,zmm6,zmm10,0xdd
  vshuff32x4 zmm6,zmm8,zmm12,0x88
  vshuff32x4 zmm12,zmm8,zmm12,0xdd
  vshuff32x4 zmm8,zmm11,zmm15,0x88
  vshuff32x4 zmm15,zmm11,zmm15,0xdd
  vshuff32x4 zmm11,zmm13,zmm3,0x88
  vshuff32x4 zmm3,zmm13,zmm3,0xdd
  vshuff32x4 zmm13,zmm14,zmm5,0x88
  vshuff32x4 zmm5,zmm14,zmm5,0xdd
  vshuff32x4 zmm14,zmm16,zmm6,0x88
  vshuff32x4 zmm6,zmm16,zmm6,0xdd
  vshuff32x4 zmm16,zmm0,zmm8,0x88
  vshuff32x4 zmm8,zmm0,zmm8,0xdd
  vshuff32x4 zmm0,zmm1,zmm9,0x88
  vshuff32x4 zmm9,zmm1,zmm9,0xdd
  vshuff32x4 zmm1,zmm2,zmm10,0x88
  vshuff32x4 zmm10,zmm2,zmm10,0xdd
  vshuff32x4 zmm2,zmm4,zmm12,0x88
  vshuff32x4 zmm12,zmm4,zmm12,0xdd
  vshuff32x4 zmm4,zmm7,zmm15,0x88
  vshuff32x4 zmm15,zmm7,zmm15,0xdd
  mov eax,0x3f
  kmovw k1,eax
  vmovups ZMMWORD PTR [rdx]{k1},zmm11
  vmovups ZMMWORD PTR [rdx+0x18]{k1},zmm14
  vmovups ZMMWORD PTR [rdx+0x30]{k1},zmm13
  vmovups ZMMWORD PTR [rdx+0x48]{k1},zmm16
  vmovups ZMMWORD PTR [rdx+0x60]{k1},zmm0
  add rcx,0x40
  add rdx,0x78
  add rsp,0x400
  pop r15
  pop r14
  pop r13
  pop r12
  pop rbp
  pop rbx
  vzeroupper
  ret
